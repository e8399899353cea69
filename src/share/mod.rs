//! Links: the inputs of a run in a fragment of an address.
