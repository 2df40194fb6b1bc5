//! Measures `iam-census decide`: writes questions to a file, runs the program over them, prints lines and bytes a
//! second from process start to the last line.
//!
//! ```text
//! cargo build --release -p audit-cli
//! cargo run --release -p iam-policy --example decide_benchmark -- target/release/iam-census
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a measurement runs another program against the clock"
)]

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::process::{Command, ExitCode};
use std::time::Instant;

const LINES: u64 = 240_000;
const POLICY_SETS: u64 = 12_000;
const RUNS: usize = 3;

fn main() -> std::io::Result<ExitCode> {
    let Some(program) = std::env::args().nth(1) else {
        println!("give the path of the program iam-census");
        return Ok(ExitCode::from(2));
    };
    let path = std::env::temp_dir().join(format!("iam-census-questions-{}.jsonl", std::process::id()));
    let bytes = write_questions(&path)?;
    println!("{LINES} lines, {POLICY_SETS} distinct policy sets, {bytes} bytes");
    let result = measure(&program, &path, bytes);
    std::fs::remove_file(&path)?;
    result
}

fn measure(program: &str, path: &std::path::Path, bytes: u64) -> std::io::Result<ExitCode> {
    let answers = path.with_extension("answers");
    for _ in 0..RUNS {
        let start = Instant::now();
        let status = Command::new(program)
            .arg("decide")
            .stdin(File::open(path)?)
            .stdout(File::create(&answers)?)
            .status()?;
        let seconds = start.elapsed().as_secs_f64();
        let (mut lines, mut allowed) = (0_u64, 0_u64);
        for line in BufReader::new(File::open(&answers)?).lines() {
            lines += 1;
            allowed += u64::from(line?.contains("\"Allowed\""));
        }
        if !status.success() || lines != LINES {
            println!("{status}, {lines} answers");
            return Ok(ExitCode::FAILURE);
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let (pace, volume) = (lines as f64 / seconds, bytes as f64 / seconds);
        println!("{seconds:.3} s  {pace:.0} lines/s  {volume:.0} bytes/s  {allowed} allowed");
    }
    std::fs::remove_file(answers)?;
    Ok(ExitCode::SUCCESS)
}

fn write_questions(path: &std::path::Path) -> std::io::Result<u64> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut random = Random(0x1a4c_e505);
    let mut bytes = 0;
    for id in 0..LINES {
        let line = question(id, id % POLICY_SETS, &mut random);
        bytes += line.len() as u64 + 1;
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(bytes)
}

/// A question about the policies of one principal: two to four identity policies of its own, a boundary and a
/// resource policy for some, and three levels of SCPs.
fn question(id: u64, set: u64, random: &mut Random) -> String {
    const ACTIONS: [&str; 6] = [
        "s3:GetObject",
        "s3:PutObject",
        "dynamodb:PutItem",
        "sqs:SendMessage",
        "iam:CreateUser",
        "ec2:StartInstances",
    ];
    let action = ACTIONS.get(random.below(6)).copied().unwrap_or("s3:GetObject");
    let team = set % 37;
    let resource = match action.split(':').next().unwrap_or_default() {
        "s3" => format!("arn:aws:s3:::team-{team}-data/{set}/{id}.json"),
        "dynamodb" => format!("arn:aws:dynamodb:eu-central-1:111122223333:table/table-{set}"),
        "sqs" => format!("arn:aws:sqs:eu-central-1:111122223333:queue-{set}"),
        "iam" => format!("arn:aws:iam::111122223333:user/team-{team}/user-{id}"),
        _ => format!("arn:aws:ec2:eu-central-1:111122223333:instance/i-{id:017x}"),
    };
    let mut identity = vec![
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Objects","Effect":"Allow","Action":["s3:Get*","s3:List*","s3:PutObject"],"Resource":["arn:aws:s3:::team-{team}-data","arn:aws:s3:::team-{team}-data/{set}/*"]}},{{"Effect":"Allow","Action":"dynamodb:*Item","Resource":"arn:aws:dynamodb:*:*:table/table-{set}","Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"{team}"}}}}}}]}}"#
        ),
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":["ec2:Describe*","ec2:StartInstances","ec2:StopInstances"],"Resource":"*","Condition":{{"IpAddress":{{"aws:SourceIp":["10.{}.0.0/16","203.0.113.0/24"]}},"Bool":{{"aws:MultiFactorAuthPresent":"true"}}}}}}}}"#,
            set % 200
        ),
    ];
    if set.is_multiple_of(3) {
        identity.push(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{{"StringNotEqualsIfExists":{{"aws:RequestedRegion":"eu-central-1"}}}}}},{{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/team-{team}/${{aws:username}}*"}},{{"Sid":"Q{set}","Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:*:111122223333:queue-{set}"}}]}}"#
        ));
    }
    let boundary = if set.is_multiple_of(4) {
        format!(
            r#","boundary":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["s3:*","ec2:*","dynamodb:*","sqs:*"],"Resource":"*"}},{{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::team-{}-data/*"}}]}}"#,
            team + 1
        )
    } else {
        String::new()
    };
    let resource_policy = if set.is_multiple_of(5) {
        format!(
            r#","resource_policy":{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:user/user-{set}"}},"Action":"s3:*","Resource":"arn:aws:s3:::team-{team}-data/*"}},{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
        )
    } else {
        String::new()
    };
    let scps = r#"[[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]},{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["organizations:LeaveOrganization","account:*"],"Resource":"*"}]}],[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}],[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","ec2:*","iam:*","dynamodb:*","sqs:*"],"Resource":"*"}]}]]"#;
    let (mfa, address) = (random.below(4) != 0, random.below(200));
    format!(
        r#"{{"id":"q{id}","req":{{"principal":"arn:aws:iam::111122223333:user/user-{set}","action":"{action}","resource":"{resource}","resource_account":"111122223333","ctx":{{"aws:SourceIp":"10.{address}.0.7","aws:SecureTransport":"true","aws:MultiFactorAuthPresent":"{mfa}","aws:PrincipalTag/team":"{team}","aws:username":"user-{set}","aws:RequestedRegion":"eu-central-1","aws:TagKeys":["a","b"]}}}},"identity":[{}]{boundary}{resource_policy},"scps":{scps}}}"#,
        identity.join(",")
    )
}

/// A small generator with a fixed start, so that each run measures the same questions (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).unwrap_or_default() % limit
    }
}
