//! Nothing but tests: see the manifest.
