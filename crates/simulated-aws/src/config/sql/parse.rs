//! Words to queries.

use serde_json::{Value, json};

use super::token::Token;
use super::{COUNT, Comparison, Condition, Query, Test};

/// The most properties that a query may group by.
const MOST_GROUPS: usize = 3;

/// Reads `SELECT … [WHERE …] [GROUP BY …] [ORDER BY …]`.
pub(super) fn query(tokens: &[Token]) -> Result<Query, String> {
    let mut reader = Reader { rest: tokens };
    reader.expect("SELECT")?;
    let select = reader.list(Reader::column)?;
    let condition = if reader.takes("WHERE") {
        Some(reader.any()?)
    } else {
        None
    };
    let mut group = Vec::new();
    if reader.takes("GROUP") {
        reader.expect("BY")?;
        group = reader.list(Reader::property)?;
    }
    let counts = !group.is_empty() || select.iter().any(|name| name == COUNT);
    let alone = |name: &&String| *name != COUNT && !group.contains(name);
    if let Some(name) = select.iter().filter(|_| counts).find(alone) {
        return Err(format!("{name} must be in the GROUP BY clause"));
    }
    if group.len() > MOST_GROUPS {
        return Err(format!("GROUP BY takes {MOST_GROUPS} properties at most"));
    }
    let mut order = Vec::new();
    if reader.takes("ORDER") {
        reader.expect("BY")?;
        order = reader.list(|reader| {
            let name = reader.property()?;
            let down = reader.takes("DESC");
            if !down {
                reader.takes("ASC");
            }
            Ok((name, down))
        })?;
    }
    match reader.rest.first() {
        None => Ok(Query {
            select,
            condition,
            group,
            order,
        }),
        Some(token) => Err(near(token)),
    }
}

/// Words that are no properties; those of SQL that the dialect lacks stand here too.
const KEYWORDS: &[&str] = &[
    "SELECT", "WHERE", "ORDER", "GROUP", "BY", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "FROM", "AS", "DISTINCT",
    "HAVING", "JOIN", "UNION", "NULL", "IS", "ASC", "DESC", "CASE",
];

#[derive(Debug)]
struct Reader<'a> {
    rest: &'a [Token],
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<&'a Token, String> {
        let (first, rest) = self
            .rest
            .split_first()
            .ok_or("Syntax error: the expression ends too early")?;
        self.rest = rest;
        Ok(first)
    }

    /// Takes a keyword if it comes next.
    fn takes(&mut self, keyword: &str) -> bool {
        let found = matches!(self.rest.first(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        if found && let Some((_, rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        found
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.rest.first(), Some(Token::Sign(known)) if *known == sign);
        if found && let Some((_, rest)) = self.rest.split_first() {
            self.rest = rest;
        }
        found
    }

    fn expect(&mut self, keyword: &str) -> Result<(), String> {
        if self.takes(keyword) {
            return Ok(());
        }
        Err(self
            .rest
            .first()
            .map_or_else(|| format!("Syntax error: {keyword} is missing"), near))
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), String> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(self
            .rest
            .first()
            .map_or_else(|| format!("Syntax error: {sign} is missing"), near))
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        let mut items = vec![item(self)?];
        while self.takes_sign(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A property, or the count.
    fn column(&mut self) -> Result<String, String> {
        if self.takes("COUNT") {
            self.expect_sign("(")?;
            let all = matches!(self.next()?, Token::Word(word) if word == "*");
            self.expect_sign(")")?;
            return if all {
                Ok(COUNT.to_owned())
            } else {
                Err("Syntax error near: COUNT".to_owned())
            };
        }
        self.property()
    }

    fn property(&mut self) -> Result<String, String> {
        let token = self.next()?;
        let Token::Word(word) = token else {
            return Err(near(token));
        };
        let keyword = KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        let wild = word.contains('*') && word != "*";
        if keyword || wild || matches!(self.rest.first(), Some(Token::Sign("("))) {
            return Err(near(token));
        }
        Ok(word.clone())
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.every()?];
        while self.takes("OR") {
            parts.push(self.every()?);
        }
        Ok(Condition::Any(parts))
    }

    fn every(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.takes("AND") {
            parts.push(self.one()?);
        }
        Ok(Condition::All(parts))
    }

    fn one(&mut self) -> Result<Condition, String> {
        if self.takes("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.takes_sign("(") {
            let inner = self.any()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        let name = self.property()?;
        if name == "*" {
            return Err("Syntax error near: *".to_owned());
        }
        let not = self.takes("NOT");
        let test = Condition::Test(name, self.test()?);
        Ok(if not { Condition::Not(Box::new(test)) } else { test })
    }

    fn test(&mut self) -> Result<Test, String> {
        if self.takes("IN") {
            self.expect_sign("(")?;
            let values = self.list(Self::value)?;
            self.expect_sign(")")?;
            return Ok(Test::In(values));
        }
        if self.takes("BETWEEN") {
            let low = self.value()?;
            self.expect("AND")?;
            return Ok(Test::Between(low, self.value()?));
        }
        if self.takes("LIKE") {
            return self.pattern();
        }
        let token = self.next()?;
        let comparison = match token {
            Token::Sign("=") => Comparison::Equal,
            Token::Sign("<>" | "!=") => Comparison::NotEqual,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            other => return Err(near(other)),
        };
        Ok(Test::Compare(comparison, self.value()?))
    }

    /// A pattern may only end in a percent sign, after three letters or more.
    fn pattern(&mut self) -> Result<Test, String> {
        let token = self.next()?;
        let Token::Text(text) = token else {
            return Err(near(token));
        };
        let beginning = text.strip_suffix('%').unwrap_or(text);
        if beginning.contains('%') || beginning.chars().filter(|letter| *letter != '_').count() < 3 {
            return Err(format!("Invalid pattern of LIKE: {text}"));
        }
        Ok(Test::Like(beginning.to_owned()))
    }

    fn value(&mut self) -> Result<Value, String> {
        let token = self.next()?;
        match token {
            Token::Text(text) => Ok(json!(text)),
            Token::Word(word) if word.eq_ignore_ascii_case("true") => Ok(json!(true)),
            Token::Word(word) if word.eq_ignore_ascii_case("false") => Ok(json!(false)),
            Token::Word(word) => {
                let number: Result<f64, _> = word.parse();
                number.map(|number| json!(number)).map_err(|_| near(token))
            }
            Token::Sign(_) => Err(near(token)),
        }
    }
}

fn near(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("Syntax error near: {word}"),
        Token::Text(text) => format!("Syntax error near: '{text}'"),
        Token::Sign(sign) => format!("Syntax error near: {sign}"),
    }
}
