//! How far one statement reaches for one action.

/// For which resources of an action, and in which contexts, a statement applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts that are proven one by one"
)]
pub struct Reach {
    /// It applies in every context.
    pub always: bool,
    /// It applies to every resource.
    pub all: bool,
    /// It might apply to every resource.
    pub wide: bool,
    /// There is a resource that it applies to in every context.
    pub part: bool,
}
