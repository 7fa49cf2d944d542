"""What the tests know of the library and of the packages: the file to change with them."""

from .package import Package

# In the order they are built, since one may need those before it. A consumer joins the tests by its line here.
ALL = {
    "@{ distribution }@": Package(
        "@{ module }@-wheel",
        "@{ module }@",
        requires=(),
@%- if other_libraries %@
        libraries=(
@%- for library in libraries %@
            "@{ library.name }@",
@%- endfor %@
        ),
@%- else %@
        libraries=("@{ stem }@",),
@%- endif %@
    ),
    "consumer-ext": Package("consumer-ext", "consumer_ext"),
@%- if pure %@
    "consumer-pure": Package("consumer-pure", "consumer_pure"),
@%- endif %@
}

# Where the sources of a wheel's libraries are, if in folders of this repository.
LIBRARIES = {@{ '"' ~ distribution ~ '": "' ~ library_name ~ '"' if kind == 'in-tree' }@}

@% if starter -%@
# An expression about `consumer`, the module of one: whichever and how many are asked in a process, the answer is the
# same if they run the same copy of the library. In a second copy the strings would be numbered anew.
EXPRESSION = '[consumer.intern(s) for s in ("alpha", "beta", "gamma")]'
ANSWER = [1, 2, 3]

# One of its functions.
FUNCTION = "@{ stem }@_intern"

@% else -%@
# An expression about `consumer`, the module of one, and what it is if that reaches the library.
EXPRESSION = "consumer.smoke_test()"
ANSWER = True

@% if language == 'C' -%@
# One of its functions.
FUNCTION = "@{ function }@"

@% endif -%@
@% endif -%@
# What its users include.
HEADERS = {@{ '"' ~ includes | join('", "') ~ '"' }@}
