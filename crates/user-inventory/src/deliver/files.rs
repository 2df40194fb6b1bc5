//! The files of the inventory, all written in one pass, so that memory does not grow with it.

use std::fmt::Display;

use audit_aws::caller::Caller;
use audit_aws::error::CallError;
use audit_aws::pipe::Pipe;
use audit_aws::store::{ObjectWriter, Store};
use audit_core::inventory::Row;
use audit_core::reason::Reason;
use audit_core::run::RunId;
use audit_report::inventory::{InventoryCsv, InventoryLines, InventoryParquet};

use crate::settings::{Format, Settings};

/// The keys of the files.
pub(crate) struct Keys {
    pub(crate) csv: String,
    pub(crate) lines: String,
    pub(crate) parquet: String,
}

/// The files that are wanted, under way.
pub(crate) struct Files<'a> {
    csv: Option<(InventoryCsv<Pipe>, Out<'a>)>,
    lines: Option<(InventoryLines<Pipe>, Out<'a>)>,
    parquet: Option<(InventoryParquet<Pipe>, Out<'a>)>,
}

/// A pipe, and the object that it is emptied into.
struct Out<'a> {
    sink: Pipe,
    object: ObjectWriter<'a>,
}

impl Out<'_> {
    async fn pass_on(&mut self) -> Result<(), CallError> {
        self.object.write(&self.sink.take()).await
    }

    async fn finish(&mut self) -> Result<(), CallError> {
        self.pass_on().await?;
        self.object.finish().await
    }
}

impl<'a> Files<'a> {
    /// Begins those that the settings want. The dataset is left out where that of a later run stands.
    pub(crate) fn begin(
        settings: &Settings,
        (store, caller): (&'a Store, &'a Caller),
        run: &RunId,
        keys: &'a Keys,
        (notes, with_dataset): (&'a [(&'static str, String)], bool),
    ) -> Result<Self, CallError> {
        let out = |key: &'a str, media_type| Out {
            sink: Pipe::default(),
            object: store.writer(caller, key, media_type, notes),
        };
        let csv = settings.wants(Format::Csv).then(|| out(&keys.csv, "text/csv"));
        let csv = csv.map(|out| Ok((InventoryCsv::new(out.sink.clone(), run.clone())?, out)));
        let csv = csv.transpose().map_err(|error: std::io::Error| unwritable(&error))?;
        let lines = settings
            .wants(Format::JsonLines)
            .then(|| out(&keys.lines, "application/x-ndjson"));
        let lines = lines.map(|out| (InventoryLines::new(out.sink.clone(), run.clone()), out));
        let dataset = settings.wants(Format::Parquet) && with_dataset;
        let parquet = dataset.then(|| out(&keys.parquet, "application/vnd.apache.parquet"));
        let parquet = parquet.map(|out| {
            let table = InventoryParquet::new(out.sink.clone(), run.clone());
            table.map(|table| (table, out)).map_err(|error| unwritable(&error))
        });
        Ok(Self {
            csv,
            lines,
            parquet: parquet.transpose()?,
        })
    }

    /// Adds a row to each.
    pub(crate) fn append(&mut self, row: &Row<'_>) -> Result<(), CallError> {
        if let Some((csv, _)) = &mut self.csv {
            csv.append(row).map_err(|error| unwritable(&error))?;
        }
        if let Some((lines, _)) = &mut self.lines {
            lines.append(row).map_err(|error| unwritable(&error))?;
        }
        if let Some((table, _)) = &mut self.parquet {
            table.append(row).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    /// Hands on what has been written so far.
    pub(crate) async fn pass_on(&mut self) -> Result<(), CallError> {
        if let Some((csv, out)) = &mut self.csv {
            csv.flush().map_err(|error| unwritable(&error))?;
            out.pass_on().await?;
        }
        if let Some((_, out)) = &mut self.lines {
            out.pass_on().await?;
        }
        if let Some((_, out)) = &mut self.parquet {
            out.pass_on().await?;
        }
        Ok(())
    }

    /// Finishes all; the dataset, which says that the others are there, comes last.
    pub(crate) async fn finish(mut self) -> Result<(), CallError> {
        self.pass_on().await?;
        if let Some((_, out)) = &mut self.csv {
            out.finish().await?;
        }
        if let Some((_, out)) = &mut self.lines {
            out.finish().await?;
        }
        if let Some((table, mut out)) = self.parquet {
            table.finish().map_err(|error| unwritable(&error))?;
            out.finish().await?;
        }
        Ok(())
    }

    /// Gives up what is under way.
    pub(crate) async fn abandon(self) {
        let outs = [
            self.csv.map(|(_, out)| out),
            self.lines.map(|(_, out)| out),
            self.parquet.map(|(_, out)| out),
        ];
        for out in outs.into_iter().flatten() {
            out.object.abandon().await;
        }
    }
}

pub(crate) fn unwritable(error: &dyn Display) -> CallError {
    CallError {
        message: Some(error.to_string()),
        ..CallError::new("write the inventory", Reason::StoreFailed)
    }
}
