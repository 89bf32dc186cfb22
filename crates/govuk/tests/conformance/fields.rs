//! Options of form components.

use crate::options::Options;
use govuk::{
    Affix, Button, ButtonType, CharacterCount, Checkboxes, ChoiceItem, Content, CountType, DateInput,
    DateItem, ErrorMessage, Fieldset, FileUpload, FormGroup, Hint, Input, InputWrapper, Label, Legend,
    PasswordInput, Plural, Radios, Select, SelectItem, Textarea,
};
use maud::{Markup, Render};

/// Calls the setters that most fields share.
macro_rules! common {
    ($field:expr, $options:expr) => {
        $field
            .id($options.filled("id"))
            .label($options.child("label").map(|label| label_of(&label)))
            .hint($options.child("hint").map(|hint| hint_of(&hint)))
            .error($options.child("errorMessage").map(|error| error_of(&error)))
            .group(group_of($options, "beforeInput", "afterInput"))
            .class($options.classes("classes"))
            .attributes($options.attributes("attributes"))
    };
}

fn name(options: &Options) -> String {
    options.text("name").unwrap_or_default()
}

fn label_of(options: &Options) -> Label {
    Label::new(options.content())
        .page_heading(options.flag("isPageHeading"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn label(options: &Options) -> Markup {
    label_of(options).target(options.filled("for")).render()
}

fn hint_of(options: &Options) -> Hint {
    Hint::new(options.content())
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn hint(options: &Options) -> Markup {
    hint_of(options).id(options.filled("id")).render()
}

fn error_of(options: &Options) -> ErrorMessage {
    ErrorMessage::new(options.content())
        .visually_hidden_text(options.text("visuallyHiddenText"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn error_message(options: &Options) -> Markup {
    error_of(options).id(options.filled("id")).render()
}

fn group_of(options: &Options, before: &str, after: &str) -> FormGroup {
    let Some(group) = options.child("formGroup") else { return FormGroup::new() };
    FormGroup::new()
        .before(group.inner(before))
        .after(group.inner(after))
        .class(group.classes("classes"))
        .attributes(group.attributes("attributes"))
}

fn fieldset_of(options: &Options) -> Fieldset {
    let legend = options.child("legend").map(|legend| {
        Legend::new(legend.content())
            .page_heading(legend.flag("isPageHeading"))
            .class(legend.classes("classes"))
    });
    Fieldset::default()
        .legend(legend)
        .described_by(options.filled("describedBy"))
        .role(options.filled("role"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn fieldset(options: &Options) -> Markup {
    fieldset_of(options).content(options.content()).render()
}

pub(crate) fn button_type(name: &str) -> ButtonType {
    match name {
        "submit" => ButtonType::Submit,
        "button" => ButtonType::Button,
        "reset" => ButtonType::Reset,
        other => panic!("no button has type {other}"),
    }
}

pub(crate) fn button(options: &Options) -> Markup {
    Button::new(options.content())
        .href(options.filled("href"))
        .name(options.filled("name"))
        .value(options.filled("value"))
        .id(options.filled("id"))
        .kind(options.filled("type").map_or(ButtonType::Submit, |kind| button_type(&kind)))
        .disabled(options.flag("disabled"))
        .prevent_double_click(options.truth("preventDoubleClick"))
        .start(options.flag("isStartButton"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}

fn affix_of(options: &Options) -> Affix {
    Affix::new(options.content())
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
}

pub(crate) fn input(options: &Options) -> Markup {
    let wrapper = options.child("inputWrapper").map_or_else(InputWrapper::default, |wrapper| {
        InputWrapper::default().class(wrapper.classes("classes")).attributes(wrapper.attributes("attributes"))
    });
    common!(Input::new(name(options)), options)
        .kind(options.filled("type"))
        .value(options.text("value"))
        .inputmode(options.text("inputmode"))
        .autocomplete(options.text("autocomplete"))
        .autocapitalize(options.text("autocapitalize"))
        .pattern(options.text("pattern"))
        .spellcheck(options.truth("spellcheck"))
        .disabled(options.flag("disabled"))
        .described_by(options.filled("describedBy"))
        .prefix(options.child("prefix").map(|affix| affix_of(&affix)))
        .suffix(options.child("suffix").map(|affix| affix_of(&affix)))
        .wrapper(wrapper)
        .render()
}

pub(crate) fn textarea(options: &Options) -> Markup {
    common!(Textarea::new(name(options)), options)
        .value(options.text("value"))
        .rows(options.number("rows"))
        .spellcheck(options.truth("spellcheck"))
        .autocomplete(options.filled("autocomplete"))
        .disabled(options.flag("disabled"))
        .described_by(options.filled("describedBy"))
        .render()
}

fn plural_of(options: &Options, key: &str) -> Option<Plural> {
    let pairs = options.pairs(key);
    if pairs.is_empty() {
        return None;
    }
    Some(pairs.into_iter().fold(Plural::empty(), |plural, (rule, words)| plural.rule(rule, words)))
}

pub(crate) fn character_count(options: &Options) -> Markup {
    let count_type = options.filled("countType").map(|kind| match kind.as_str() {
        "length" => CountType::Length,
        "characters" => CountType::Characters,
        "words" => CountType::Words,
        other => panic!("nothing counts {other}"),
    });
    common!(CharacterCount::new(name(options)), options)
        .value(options.text("value"))
        .rows(options.number("rows"))
        .spellcheck(options.truth("spellcheck"))
        .max_length(options.number("maxlength"))
        .max_words(options.number("maxwords"))
        .count_type(count_type)
        .threshold(options.number("threshold"))
        .description(options.filled("textareaDescriptionText"))
        .message_classes(
            options.child("countMessage").map(|message| message.classes("classes")).unwrap_or_default(),
        )
        .characters_under_limit(plural_of(options, "charactersUnderLimitText"))
        .characters_at_limit(options.filled("charactersAtLimitText"))
        .characters_over_limit(plural_of(options, "charactersOverLimitText"))
        .words_under_limit(plural_of(options, "wordsUnderLimitText"))
        .words_at_limit(options.filled("wordsAtLimitText"))
        .words_over_limit(plural_of(options, "wordsOverLimitText"))
        .render()
}

pub(crate) fn file_upload(options: &Options) -> Markup {
    // The template has no place for a value: no browser fills in a file.
    options.not_in_template("value");
    common!(FileUpload::new(name(options)), options)
        .multiple(options.flag("multiple"))
        .disabled(options.flag("disabled"))
        .described_by(options.filled("describedBy"))
        .drop_zone(options.flag("javascript"))
        .drop_zone_classes(options.classes("wrapperClasses"))
        .drop_zone_attributes(options.attributes("wrapperAttributes"))
        .choose_files_text(options.filled("chooseFilesButtonText"))
        .drop_instruction_text(options.filled("dropInstructionText"))
        .no_file_text(options.filled("noFileChosenText"))
        .multiple_files_text(plural_of(options, "multipleFilesChosenText"))
        .entered_drop_zone_text(options.filled("enteredDropZoneText"))
        .left_drop_zone_text(options.filled("leftDropZoneText"))
        .render()
}

pub(crate) fn password_input(options: &Options) -> Markup {
    common!(PasswordInput::new(name(options)), options)
        .value(options.text("value"))
        .autocomplete(options.filled("autocomplete"))
        .disabled(options.flag("disabled"))
        .described_by(options.filled("describedBy"))
        .button_classes(options.child("button").map(|button| button.classes("classes")).unwrap_or_default())
        .show_text(options.text("showPasswordText"))
        .hide_text(options.text("hidePasswordText"))
        .show_label(options.text("showPasswordAriaLabelText"))
        .hide_label(options.text("hidePasswordAriaLabelText"))
        .shown_announcement(options.text("passwordShownAnnouncementText"))
        .hidden_announcement(options.text("passwordHiddenAnnouncementText"))
        .render()
}

pub(crate) fn select(options: &Options) -> Markup {
    let items = options.list("items").into_iter().map(|item| {
        item.map(|item| {
            let text = item.text("text").unwrap_or_default();
            let option = match item.text("value") {
                Some(value) => SelectItem::new(value, text),
                None => SelectItem::text_only(text),
            };
            option
                .selected(item.truth("selected"))
                .disabled(item.flag("disabled"))
                .attributes(item.attributes("attributes"))
        })
    });
    common!(Select::new(name(options)), options)
        .items(items)
        .value(options.text("value"))
        .disabled(options.flag("disabled"))
        .described_by(options.filled("describedBy"))
        .render()
}

fn choice_of(item: &Options) -> ChoiceItem {
    if let Some(divider) = item.filled("divider") {
        return ChoiceItem::divider(divider);
    }
    let label = item.child("label");
    let conditional = item.child("conditional").map(|conditional| conditional.content()).unwrap_or_default();
    ChoiceItem::new(item.text("value").unwrap_or_default(), item.content())
        .id(item.filled("id"))
        .name(item.filled("name"))
        .checked(item.truth("checked"))
        .disabled(item.flag("disabled"))
        .hint(item.child("hint").map(|hint| hint_of(&hint)))
        .conditional(
            Some(conditional).filter(|content| matches!(content, Content::Html(_))).unwrap_or_default(),
        )
        .behaviour(item.filled("behaviour"))
        .label_classes(label.as_ref().map(|label| label.classes("classes")).unwrap_or_default())
        .label_attributes(label.map(|label| label.attributes("attributes")).unwrap_or_default())
        .attributes(item.attributes("attributes"))
}

macro_rules! choices {
    ($field:expr, $options:expr) => {
        $field
            .id_prefix($options.filled("idPrefix"))
            .fieldset($options.child("fieldset").map(|fieldset| fieldset_of(&fieldset)))
            .hint($options.child("hint").map(|hint| hint_of(&hint)))
            .error($options.child("errorMessage").map(|error| error_of(&error)))
            .items($options.list("items").into_iter().map(|item| item.map(|item| choice_of(&item))))
            .group(group_of($options, "beforeInputs", "afterInputs"))
            .class($options.classes("classes"))
            .attributes($options.attributes("attributes"))
    };
}

pub(crate) fn radios(options: &Options) -> Markup {
    choices!(Radios::new(name(options)), options).value(options.text("value")).render()
}

pub(crate) fn checkboxes(options: &Options) -> Markup {
    choices!(Checkboxes::new(name(options)), options)
        .values(options.texts("values"))
        .described_by(options.filled("describedBy"))
        .render()
}

/// One box of a date: `kind` is `day`, `month` or `year`, or none for a box of another name.
fn date_item(
    item: Option<&Options>,
    kind: Option<&str>,
    of_kind: Option<&Options>,
    options: &Options,
) -> DateItem {
    let own = |key: &str| item.and_then(|item| item.text(key));
    let name = own("name").unwrap_or_else(|| kind.expect("a name").to_owned());
    let prefix = options.filled("namePrefix").map(|prefix| format!("{prefix}-")).unwrap_or_default();
    // All three are read, whichever counts.
    let of_kind = of_kind.and_then(|of_kind| of_kind.text("value"));
    let of_all = options.child("values").and_then(|values| values.text(&format!("{prefix}{name}")));
    let value = own("value").or(of_kind).or(of_all);
    DateItem::new(name)
        .id(own("id"))
        .label(own("label"))
        .value(value)
        .error(item.and_then(|item| item.truth("error")))
        .inputmode(own("inputmode"))
        .autocomplete(own("autocomplete"))
        .pattern(own("pattern"))
        .wide(kind == Some("year"))
        .class(own("classes").unwrap_or_default())
        .attributes(item.map(|item| item.attributes("attributes")).unwrap_or_default())
}

pub(crate) fn date_input(options: &Options) -> Markup {
    let kinds = ["day", "month", "year"].map(|kind| (kind, options.child(kind)));
    let items: Vec<Options> = options.list("items").into_iter().flatten().collect();
    let items: Vec<DateItem> = if items.is_empty() {
        kinds
            .iter()
            .filter(|(kind, _)| !options.has(kind) || options.flag(kind))
            .map(|(kind, item)| date_item(item.as_ref(), Some(*kind), None, options))
            .collect()
    } else {
        items
            .iter()
            .map(|item| {
                let name = item.text("name");
                let kind = kinds.iter().find(|(kind, _)| name.as_deref() == Some(*kind));
                let of_kind = kind.and_then(|(_, of_kind)| of_kind.as_ref());
                date_item(Some(item), kind.map(|(kind, _)| *kind), of_kind, options)
            })
            .collect()
    };
    DateInput::new(options.text("id").unwrap_or_default())
        .name_prefix(options.filled("namePrefix"))
        .fieldset(options.child("fieldset").map(|fieldset| fieldset_of(&fieldset)))
        .hint(options.child("hint").map(|hint| hint_of(&hint)))
        .error(options.child("errorMessage").map(|error| error_of(&error)))
        .items(items)
        .group(group_of(options, "beforeInputs", "afterInputs"))
        .class(options.classes("classes"))
        .attributes(options.attributes("attributes"))
        .render()
}
