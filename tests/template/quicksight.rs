//! The dashboard of Amazon's `QuickSight`: everything that it names exists, and it shows what its originals showed, and more.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Template;

fn dashboards() -> Template {
    Template::stack("stacks/quicksight.yaml")
}

fn definition(template: &Template) -> &Value {
    &template.resource("Definition")["Properties"]["Definition"]
}

/// All values of a member of this name, at any depth.
fn every<'a>(value: &'a Value, name: &str) -> Vec<&'a Value> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, member)| {
                let here = (key == name).then_some(member);
                here.into_iter().chain(every(member, name))
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(|item| every(item, name)).collect(),
        _ => Vec::new(),
    }
}

fn texts<'a>(values: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
    values
        .into_iter()
        .map(|value| value.as_str().expect("a text"))
        .collect()
}

fn list<'a>(value: &'a Value, what: &str) -> &'a [Value] {
    value.as_array().unwrap_or_else(|| panic!("{what}: {value}"))
}

/// A visual of a sheet, whatever its kind: its id and its parts.
fn visuals(sheet: &Value) -> Vec<(&str, &Value)> {
    let visuals = list(&sheet["Visuals"], "visuals").iter();
    visuals
        .map(|visual| {
            let members = visual.as_object().expect("a visual");
            let (_, visual) = members.iter().next().expect("a kind");
            assert_eq!(members.len(), 1);
            (visual["VisualId"].as_str().expect("an id"), visual)
        })
        .collect()
}

#[test]
fn the_dataset_reads_columns_of_the_table() {
    let template = dashboards();
    let analytics = Template::stack("stacks/analytics.yaml");
    let table = &analytics.resource("RawReports")["Properties"]["TableInput"];
    let columns = list(&table["StorageDescriptor"]["Columns"], "columns").iter();
    let columns = columns.chain(list(&table["PartitionKeys"], "keys"));
    let columns: BTreeSet<(&str, &str)> = columns
        .map(|column| {
            (
                column["Name"].as_str().expect("a name"),
                column["Type"].as_str().expect("a type"),
            )
        })
        .collect();
    let dataset = &template.resource("Reports")["Properties"];
    let physical = &dataset["PhysicalTableMap"]["raw"]["RelationalTable"];
    let read = list(&physical["InputColumns"], "columns").iter();
    let read: BTreeSet<(&str, &str)> = read
        .map(|column| {
            assert_eq!(column["Type"], "STRING", "{column}");
            (column["Name"].as_str().expect("a name"), "string")
        })
        .collect();
    assert_eq!(read, columns, "the dataset reads the table as it is");
    for (ours, theirs) in [("DatabaseName", "DatabaseName"), ("TableName", "TableName")] {
        assert_eq!(
            template.parameters()[ours]["Default"],
            analytics.parameters()[theirs]["Default"]
        );
    }
}

/// What is calculated is made of columns that are there, and what is projected is what the definition is told of.
#[test]
fn every_column_resolves() {
    let template = dashboards();
    let dataset = &template.resource("Reports")["Properties"];
    let names = |columns: &'static str| {
        texts(
            every(&dataset["PhysicalTableMap"], columns)
                .into_iter()
                .flat_map(|it| list(it, columns).iter().map(|column| &column["Name"])),
        )
    };
    let mut known = names("InputColumns");
    let quoted = regex::Regex::new(r"\{(\w+)\}").expect("a pattern");
    for column in list(every(&dataset["LogicalTableMap"], "Columns")[0], "columns") {
        let expression = column["Expression"].as_str().expect("an expression");
        for name in quoted.captures_iter(expression) {
            assert!(known.contains(&name[1]), "{expression}");
        }
        known.insert(column["ColumnName"].as_str().expect("a name"));
    }
    let projected = texts(list(
        every(&dataset["LogicalTableMap"], "ProjectedColumns")[0],
        "columns",
    ));
    assert_eq!(projected, known);

    let definition = definition(&template);
    let [configuration] = list(&definition["DataSetConfigurations"], "datasets") else {
        panic!("one dataset is enough")
    };
    let told = texts(every(&configuration["DataSetSchema"], "Name"));
    assert_eq!(told, projected);
    let used = texts(every(definition, "ColumnName"));
    assert!(used.is_subset(&told), "{:?}", used.difference(&told));
    assert_eq!(
        texts(every(definition, "DataSetIdentifier")),
        [configuration["Placeholder"].as_str().expect("a name")].into()
    );
    for (id, copy) in ["Analysis", "Dashboard"].map(|id| (id, template.resource(id))) {
        let references = every(copy, "DataSetPlaceholder");
        assert_eq!(references, [&configuration["Placeholder"]], "{id}");
    }
}

#[test]
fn every_parameter_is_declared_asked_for_and_filters() {
    let template = dashboards();
    let definition = definition(&template);
    let declared = texts(every(&definition["ParameterDeclarations"], "Name"));
    assert_eq!(declared, ["Account", "Date", "User"].into());
    assert_eq!(texts(every(definition, "ParameterName")), declared);
    for sheet in list(&definition["Sheets"], "sheets") {
        let asked = texts(every(&sheet["ParameterControls"], "SourceParameterName"));
        let id = &sheet["SheetId"];
        let filtering = list(&definition["FilterGroups"], "filters").iter().filter(|group| {
            let scopes = every(&group["ScopeConfiguration"], "SheetId");
            scopes.contains(&id)
        });
        let filtered: BTreeSet<&str> = filtering
            .flat_map(|group| texts(every(group, "ParameterName")))
            .collect();
        assert_eq!(asked, filtered, "{id}: what is asked for is what filters");
    }
}

#[test]
fn every_visual_has_a_place_and_every_sorted_field_is_shown() {
    let template = dashboards();
    let mut ids = BTreeSet::new();
    for sheet in list(&definition(&template)["Sheets"], "sheets") {
        let shown: BTreeSet<&str> = visuals(sheet).into_iter().map(|(id, _)| id).collect();
        let places = texts(every(&sheet["Layouts"], "ElementId"));
        assert_eq!(shown, places, "{}", sheet["SheetId"]);
        let controls = texts(every(&sheet["ParameterControls"], "ParameterControlId"));
        assert_eq!(controls, texts(every(&sheet["SheetControlLayouts"], "ElementId")));
        for (id, visual) in visuals(sheet) {
            assert!(ids.insert(id.to_owned()), "{id} twice");
            let fields = texts(every(&visual["ChartConfiguration"]["FieldWells"], "FieldId"));
            let sorted = texts(every(&visual["ChartConfiguration"]["SortConfiguration"], "FieldId"));
            assert!(!fields.is_empty() && sorted.is_subset(&fields), "{id}");
        }
        for element in every(&sheet["Layouts"], "Elements")
            .into_iter()
            .flat_map(|it| list(it, "elements"))
        {
            let number = |name: &str| element[name].as_u64().expect("a number");
            assert!(number("ColumnIndex") + number("ColumnSpan") <= 36, "{element}");
        }
    }
}

/// The sheets of the originals, with both access keys on each.
#[test]
fn both_keys_are_on_every_sheet() {
    let template = dashboards();
    let sheets = list(&definition(&template)["Sheets"], "sheets");
    let names: Vec<&str> = sheets
        .iter()
        .map(|sheet| sheet["Name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["Migration", "Compliance", "User activity", "Regions"]);
    for sheet in sheets {
        let shown: Vec<BTreeSet<&str>> = visuals(sheet)
            .into_iter()
            .map(|(_, visual)| texts(every(visual, "ColumnName")))
            .collect();
        let of_first: BTreeSet<&str> = shown
            .iter()
            .flatten()
            .copied()
            .filter(|it| it.starts_with("access_key_1"))
            .collect();
        assert!(!of_first.is_empty(), "{}", sheet["Name"]);
        for column in of_first {
            let second = column.replace("key_1", "key_2");
            let first = shown.iter().filter(|columns| columns.contains(column)).count();
            let second = shown.iter().filter(|columns| columns.contains(second.as_str())).count();
            assert_eq!(first, second, "{}: {column}", sheet["Name"]);
        }
    }
}

/// Root users are no users: they have visuals of their own, and are counted in no other.
#[test]
fn root_users_stand_apart() {
    let template = dashboards();
    let definition = definition(&template);
    let shown_by = |value: &str| -> BTreeSet<String> {
        let groups = list(&definition["FilterGroups"], "filters").iter();
        let groups = groups.filter(|group| every(group, "CategoryValues").iter().any(|it| it[0] == *value));
        let ids = groups.flat_map(|group| every(&group["ScopeConfiguration"], "VisualIds"));
        ids.flat_map(|ids| texts(list(ids, "ids"))).map(str::to_owned).collect()
    };
    let (users, roots) = (shown_by("user"), shown_by("root user"));
    assert!(users.is_disjoint(&roots));
    for sheet in list(&definition["Sheets"], "sheets") {
        let mut of_roots = 0;
        for (id, _) in visuals(sheet) {
            assert!(users.contains(id) != roots.contains(id), "{id}");
            of_roots += usize::from(roots.contains(id));
        }
        assert_eq!(of_roots, 1, "{}", sheet["Name"]);
    }
    let expression = every(&template.resource("Reports")["Properties"], "Expression");
    assert!(
        expression
            .iter()
            .any(|it| it.as_str().is_some_and(|it| it.contains("'root user', 'user'")))
    );
}
