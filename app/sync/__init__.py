"""Files to and from headquarters: what goes out, what comes in, who may send (trust.md e). ``FORMAT.md`` specifies the file."""
