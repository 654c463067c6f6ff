"""The words of taxonomies, in the forms in which people write them."""
