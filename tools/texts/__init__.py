"""How texts with times are read: files, forms, times and markup."""
