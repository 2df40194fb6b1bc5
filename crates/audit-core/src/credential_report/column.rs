//! The columns that AWS documents, by the names in the header.

/// A column of the credential report (IAM User Guide, "Generate credential reports for your AWS account").
///
/// The order is AWS's order in 2026; reports are read by name, never by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Column {
    /// `user`
    User,
    /// `arn`
    Arn,
    /// `user_creation_time`
    UserCreationTime,
    /// `password_enabled`
    PasswordEnabled,
    /// `password_last_used`
    PasswordLastUsed,
    /// `password_last_changed`
    PasswordLastChanged,
    /// `password_next_rotation`
    PasswordNextRotation,
    /// `mfa_active`
    MfaActive,
    /// `access_key_1_active`
    AccessKey1Active,
    /// `access_key_1_last_rotated`
    AccessKey1LastRotated,
    /// `access_key_1_last_used_date`
    AccessKey1LastUsedDate,
    /// `access_key_1_last_used_region`
    AccessKey1LastUsedRegion,
    /// `access_key_1_last_used_service`
    AccessKey1LastUsedService,
    /// `access_key_2_active`
    AccessKey2Active,
    /// `access_key_2_last_rotated`
    AccessKey2LastRotated,
    /// `access_key_2_last_used_date`
    AccessKey2LastUsedDate,
    /// `access_key_2_last_used_region`
    AccessKey2LastUsedRegion,
    /// `access_key_2_last_used_service`
    AccessKey2LastUsedService,
    /// `cert_1_active`
    Cert1Active,
    /// `cert_1_last_rotated`
    Cert1LastRotated,
    /// `cert_2_active`
    Cert2Active,
    /// `cert_2_last_rotated`
    Cert2LastRotated,
    /// `additional_credentials_info`: documented, not yet seen in every account.
    AdditionalCredentialsInfo,
}

impl Column {
    /// Every column, in AWS's order.
    pub const ALL: [Self; 23] = [
        Self::User,
        Self::Arn,
        Self::UserCreationTime,
        Self::PasswordEnabled,
        Self::PasswordLastUsed,
        Self::PasswordLastChanged,
        Self::PasswordNextRotation,
        Self::MfaActive,
        Self::AccessKey1Active,
        Self::AccessKey1LastRotated,
        Self::AccessKey1LastUsedDate,
        Self::AccessKey1LastUsedRegion,
        Self::AccessKey1LastUsedService,
        Self::AccessKey2Active,
        Self::AccessKey2LastRotated,
        Self::AccessKey2LastUsedDate,
        Self::AccessKey2LastUsedRegion,
        Self::AccessKey2LastUsedService,
        Self::Cert1Active,
        Self::Cert1LastRotated,
        Self::Cert2Active,
        Self::Cert2LastRotated,
        Self::AdditionalCredentialsInfo,
    ];

    /// The name in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Arn => "arn",
            Self::UserCreationTime => "user_creation_time",
            Self::PasswordEnabled => "password_enabled",
            Self::PasswordLastUsed => "password_last_used",
            Self::PasswordLastChanged => "password_last_changed",
            Self::PasswordNextRotation => "password_next_rotation",
            Self::MfaActive => "mfa_active",
            Self::AccessKey1Active => "access_key_1_active",
            Self::AccessKey1LastRotated => "access_key_1_last_rotated",
            Self::AccessKey1LastUsedDate => "access_key_1_last_used_date",
            Self::AccessKey1LastUsedRegion => "access_key_1_last_used_region",
            Self::AccessKey1LastUsedService => "access_key_1_last_used_service",
            Self::AccessKey2Active => "access_key_2_active",
            Self::AccessKey2LastRotated => "access_key_2_last_rotated",
            Self::AccessKey2LastUsedDate => "access_key_2_last_used_date",
            Self::AccessKey2LastUsedRegion => "access_key_2_last_used_region",
            Self::AccessKey2LastUsedService => "access_key_2_last_used_service",
            Self::Cert1Active => "cert_1_active",
            Self::Cert1LastRotated => "cert_1_last_rotated",
            Self::Cert2Active => "cert_2_active",
            Self::Cert2LastRotated => "cert_2_last_rotated",
            Self::AdditionalCredentialsInfo => "additional_credentials_info",
        }
    }

    /// Whether a report without this column is refused: no check could be answered from it.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(
            self,
            Self::User
                | Self::Arn
                | Self::UserCreationTime
                | Self::PasswordEnabled
                | Self::PasswordLastUsed
                | Self::MfaActive
                | Self::AccessKey1Active
                | Self::AccessKey1LastRotated
                | Self::AccessKey1LastUsedDate
                | Self::AccessKey2Active
                | Self::AccessKey2LastRotated
                | Self::AccessKey2LastUsedDate
        )
    }

    /// The column of that name; case and surrounding blanks do not matter, as spreadsheets change them.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL
            .into_iter()
            .find(|column| column.name().eq_ignore_ascii_case(name))
    }
}
