//! Writing XML answers.

use std::borrow::Cow;

use bytes::Bytes;
use quick_xml::escape::escape;

/// An XML document under construction.
#[derive(Debug)]
pub(crate) struct Xml {
    text: String,
    open: Vec<Cow<'static, str>>,
}

impl Xml {
    /// A document with its root element in a namespace.
    pub(crate) fn new(root: impl Into<Cow<'static, str>>, namespace: &str) -> Self {
        let root = root.into();
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let xmlns = if namespace.is_empty() {
            String::new()
        } else {
            format!(" xmlns=\"{namespace}\"")
        };
        Self {
            text: format!("{declaration}<{root}{xmlns}>"),
            open: vec![root],
        }
    }

    /// Opens an element.
    pub(crate) fn open(&mut self, name: impl Into<Cow<'static, str>>) -> &mut Self {
        let name = name.into();
        self.push(&["<", &name, ">"]);
        self.open.push(name);
        self
    }

    /// Closes the element that was opened last.
    pub(crate) fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.push(&["</", &name, ">"]);
        }
        self
    }

    /// An element with text only.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) -> &mut Self {
        let escaped = escape(text);
        self.push(&["<", name, ">", &escaped, "</", name, ">"]);
        self
    }

    /// An element with text, if there is a text.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.leaf(name, text);
        }
        self
    }

    /// The finished document.
    pub(crate) fn finish(mut self) -> Bytes {
        while !self.open.is_empty() {
            self.close();
        }
        Bytes::from(self.text)
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.text.push_str(part);
        }
    }
}
