//! What the report of an account comes to, in numbers.

/// Counts over the users and roles of one or many accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Users.
    pub users: u64,
    /// Roles.
    pub roles: u64,
    /// Users and roles that may do everything.
    pub administrators: u64,
    /// Those that become administrators by a known way.
    pub climbers: u64,
    /// Those that only their limits keep from it.
    pub constrained: u64,
    /// Statements of trust and other resource policies that let in somebody from outside.
    pub outsiders: u64,
}

impl Overview {
    /// Counts a user or role by the words of the report.
    pub(super) fn principal(&mut self, kind: &str, tier: &str) {
        match kind {
            "user" => self.users += 1,
            _ => self.roles += 1,
        }
        match tier {
            "administrator" => self.administrators += 1,
            "constrained" => self.constrained += 1,
            tier if tier.starts_with("administrator in ") => self.climbers += 1,
            _ => {}
        }
    }

    /// Adds what another account comes to.
    pub fn add(&mut self, other: &Self) {
        self.users += other.users;
        self.roles += other.roles;
        self.administrators += other.administrators;
        self.climbers += other.climbers;
        self.constrained += other.constrained;
        self.outsiders += other.outsiders;
    }
}
