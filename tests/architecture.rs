//! The rules that keep the house in shape, each told by the test that enforces it.

mod arrows;
mod documents;
mod functions;
mod manifests;
mod purity;
mod sources;
