[wrap-file]
directory = @{ upstream_folder }@
source_url = @{ upstream_url }@
source_filename = @{ upstream_sha256 }@-@{ upstream_url.rpartition('/')[2] }@
source_hash = @{ upstream_sha256 }@
