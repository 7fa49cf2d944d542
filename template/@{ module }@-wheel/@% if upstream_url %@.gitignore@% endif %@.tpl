# Fetched, and half fetched.
upstream/
ex-upstream*/
