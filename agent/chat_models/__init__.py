"""Chat models: how one is named, asked, kept from being asked twice, and read."""
