//! Findings of one or many accounts, as text for a terminal, as JSON and as CSV.

mod asff;
mod counts;
mod coverage;
mod csv;
mod email;
mod html;
mod json;
mod left_out;
mod lines;
mod news;
mod ocsf;
mod origin;
mod parquet;
mod results;
mod summary;
mod text;
mod words;

pub use self::asff::{AsffBatch, asff_batches};
pub use self::counts::Counts;
pub use self::coverage::{Coverage, Link, Missing};
pub use self::csv::{FindingsCsv, write_csv};
pub use self::email::{Detail, Email, InvalidDetail, MOST_BYTES, email, email_json};
pub use self::html::{Page, write_html};
pub use self::json::write_json;
pub use self::left_out::{LeftOut, Needs};
pub use self::lines::{InvalidLine, read_lines, write_lines};
pub use self::news::News;
pub use self::ocsf::{OCSF_VERSION, write_ocsf};
pub use self::origin::Origin;
pub use self::parquet::{FINDINGS_COLUMNS, FINDINGS_SCHEMA, FindingsParquet};
pub use self::results::{AccountResult, Results, Unreadable};
pub use self::summary::{CheckSummary, Summary, Unseen};
pub use self::text::{Naming, Palette, TextReport, write_text};
