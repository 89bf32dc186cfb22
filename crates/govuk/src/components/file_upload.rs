//! A field for a file.

use super::form_group::introduction;
use super::{ErrorMessage, FormGroup, Hint, Label, Plural};
use crate::Attributes;
use crate::builder::component;
use crate::html::{DescribedBy, Element};
use maud::{Markup, Render, html};

component! {
    /// A [file upload](https://design-system.service.gov.uk/components/file-upload/).
    pub struct FileUpload {
        /// The name under which the form sends the file.
        [set] name: String,
        /// `id` of the control, the name unless changed.
        [opt String] id: Option<String>,
        /// The label.
        [opt Label] label: Option<Label>,
        /// Help that most people need.
        [opt Hint] hint: Option<Hint>,
        /// What is wrong with the answer.
        [opt ErrorMessage] error: Option<ErrorMessage>,
        /// Whether several files can be chosen.
        [flag] multiple: bool,
        /// Whether it cannot be filled in.
        [flag] disabled: bool,
        /// Ids of further elements that describe the field.
        [opt String] described_by: Option<String>,
        /// Whether the page's script adds a place onto which files can be dropped.
        [flag] drop_zone: bool,
        /// Class names of the drop zone.
        [set] drop_zone_classes: String,
        /// Attributes of the drop zone.
        [set] drop_zone_attributes: Attributes,
        /// Words of the button of the drop zone.
        [opt String] choose_files_text: Option<String>,
        /// Words of the drop zone that ask for a file.
        [opt String] drop_instruction_text: Option<String>,
        /// Words while there is no file.
        [opt String] no_file_text: Option<String>,
        /// Words when there are several.
        [opt Plural] multiple_files_text: Option<Plural>,
        /// Words read out when a file is above the drop zone.
        [opt String] entered_drop_zone_text: Option<String>,
        /// Words read out when it has left it.
        [opt String] left_drop_zone_text: Option<String>,
        /// The group around the field.
        [set] group: FormGroup,
    }
}

impl FileUpload {
    /// A field sent under this name. The form needs `enctype="multipart/form-data"`.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The kinds of file that the browser offers, for example `.xml,text/xml`.
    #[must_use]
    pub fn accept(self, kinds: impl Into<String>) -> Self {
        self.attribute("accept", kinds)
    }

    fn in_drop_zone(&self, control: Markup) -> Markup {
        Element::new("div")
            .class("govuk-file-upload-wrapper")
            .class(&self.drop_zone_classes)
            .attr("data-module", "govuk-file-upload")
            .words("choose-files-button", self.choose_files_text.as_ref())
            .words("no-file-chosen", self.no_file_text.as_ref())
            .plural("multiple-files-chosen", self.multiple_files_text.as_ref())
            .words("drop-instruction", self.drop_instruction_text.as_ref())
            .words("entered-drop-zone", self.entered_drop_zone_text.as_ref())
            .words("left-drop-zone", self.left_drop_zone_text.as_ref())
            .attrs(&self.drop_zone_attributes)
            .body(control)
    }
}

impl Render for FileUpload {
    fn render(&self) -> Markup {
        let id = self.id.as_deref().unwrap_or(&self.name);
        let mut described_by = DescribedBy::starting_with(self.described_by.as_ref());
        let introduction =
            introduction(id, self.label.as_ref(), self.hint.as_ref(), self.error.as_ref(), &mut described_by);
        let control = Element::new("input")
            .class("govuk-file-upload")
            .class(&self.classes)
            .class_if(self.error.is_some(), "govuk-file-upload--error")
            .attr("id", id)
            .attr("name", &self.name)
            .attr("type", "file")
            .flag("disabled", self.disabled)
            .flag("multiple", self.multiple)
            .filled("aria-describedby", described_by.as_str())
            .attrs(&self.attributes)
            .void();
        let control = if self.drop_zone { self.in_drop_zone(control) } else { control };
        self.group.around(
            self.error.is_some(),
            html! { (introduction) (self.group.before) " " (control) " " (self.group.after) },
        )
    }
}
