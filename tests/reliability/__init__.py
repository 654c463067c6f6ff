"""The promises of docs/reliability.md, one file each, tried as an outsider would."""
