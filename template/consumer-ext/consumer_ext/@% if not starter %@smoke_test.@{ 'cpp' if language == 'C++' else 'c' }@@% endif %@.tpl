#include "smoke_test.h"
@% for header in includes %@
#include <@{ header }@>
@%- endfor %@

int smoke_test(@{ '' if language == 'C++' else 'void' }@) { return @{ smoke_test }@; }
