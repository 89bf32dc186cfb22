//! Every component, as it is used.

use super::part;
use govuk::*;
use maud::{Markup, html};

pub(crate) fn all() -> Markup {
    html! {
        (part("Messages", messages()))
        (part("Fields", fields()))
        (part("Choices", choices()))
        (part("Facts", facts()))
        (part("More and less", disclosure()))
        (part("Navigation", navigation()))
        (part("Panels and banners", panels()))
    }
}

fn messages() -> Markup {
    html! {
        (ErrorSummary::new()
            .errors([("full-name", "Enter a full name"), ("born-on-day", "Date of birth must be a real date")])
            .disable_auto_focus(true))
        (NotificationBanner::new("There are 3 days left to send the application.").disable_auto_focus(true))
        (NotificationBanner::succeeded("Application sent").title_id("sent").disable_auto_focus(true))
        (WarningText::new("You can be fined if you do not register."))
        (InsetText::new("It can take up to 8 weeks to register if there are mistakes."))
    }
}

fn fields() -> Markup {
    html! {
        form method="post" action="/apply" data-keep-draft="gallery" {
            (Input::new("full-name")
                .label("Full name")
                .hint("As it stands on the passport")
                .width(InputWidth::Chars30)
                .error("Enter a full name"))
            (Input::new("cost").label("Cost").prefix("£").suffix("per week").width(InputWidth::Chars5).value("120"))
            (DateInput::new("born-on")
                .legend("Date of birth")
                .hint("For example, 27 3 2007")
                .values("31", "2", "2007")
                .error("Date of birth must be a real date"))
            (Textarea::new("address").label("Address").value("1 High Street\nRiverside"))
            (CharacterCount::new("reason").label("Reason").max_length(200))
            (Select::new("phase")
                .label("Phase")
                .items([("primary", "Primary"), ("secondary", "Secondary")])
                .value("secondary"))
            (FileUpload::new("file").label("Upload a file").hint("CSV or XML").drop_zone(true))
            (PasswordInput::new("password").label("Password"))
            (govuk::patterns::DraftStatus::new())
            div class="govuk-button-group" {
                (Button::new("Save and continue")) " "
                (Button::new("Save as draft").secondary()) " "
                (Button::new("Delete").warning()) " "
                (Button::new("Cannot be pressed").disabled(true)) " "
                a class="govuk-link" href="#" { "Cancel" }
            }
            (Button::new("Start now").href("#").start(true))
        }
    }
}

fn choices() -> Markup {
    html! {
        (Radios::new("contact")
            .legend(Legend::new("How should we contact you?").size(Size::Medium))
            .hint("Choose one")
            .item(ChoiceItem::new("email", "Email").hint("We answer within a day")
                .conditional(html! { (Input::new("email").label("Email address").kind("email")) }))
            .item(ChoiceItem::new("post", "Post"))
            .item(ChoiceItem::divider("or"))
            .item(ChoiceItem::new("none", "Do not contact me"))
            .value("email"))
        (Radios::new("agrees").legend("Do you agree?").items([("yes", "Yes"), ("no", "No")]).inline())
        (Checkboxes::new("days")
            .legend(Legend::new("Which days?").size(Size::Medium))
            .items([("mon", "Monday"), ("tue", "Tuesday")])
            .item(ChoiceItem::divider("or"))
            .item(ChoiceItem::new("never", "None of these").exclusive())
            .values(["tue"])
            .small())
    }
}

fn facts() -> Markup {
    html! {
        (SummaryList::new()
            .row(SummaryRow::new("Name", "Amina Yusuf").action(SummaryAction::change("name", "#")))
            .row(SummaryRow::new("State", Tag::new("Received").colour(TagColour::Purple)))
            .row(("School", "Riverside Primary"))
            .card(SummaryCard::new("Applicant").action(SummaryAction::new("Withdraw", "#"))))
        (Table::new()
            .caption("Applications by school")
            .caption_size(Size::Medium)
            .head([Cell::new("School"), Cell::new("Received").numeric(true), Cell::new("Granted").numeric(true)])
            .row([Cell::new("Riverside Primary"), Cell::number(12), Cell::number(9)])
            .row([Cell::new("Hillside Academy"), Cell::number(31), Cell::number(27)])
            .first_cell_is_header(true))
        (TaskList::new()
            .task(Task::new("Your details", "Completed").href("#"))
            .task(Task::new("Your business", Tag::new("In progress").colour(TagColour::Teal)).href("#")
                .hint("Have your company number ready"))
            .task(Task::not_yet("Pay")))
        p class="govuk-body" {
            @for (words, colour) in [
                ("Green", TagColour::Green), ("Teal", TagColour::Teal), ("Blue", TagColour::Blue),
                ("Purple", TagColour::Purple), ("Magenta", TagColour::Magenta), ("Red", TagColour::Red),
                ("Orange", TagColour::Orange), ("Yellow", TagColour::Yellow), ("Grey", TagColour::Grey),
            ] { (Tag::new(words).colour(colour)) " " }
        }
    }
}

fn disclosure() -> Markup {
    html! {
        (Details::new("Help with nationality", "We need to know it so that we can work out your right to vote."))
        (Accordion::new("guide")
            .section(AccordionSection::new("Before you apply", "Read the guide.").summary("What you need"))
            .section(AccordionSection::new("After you apply", "Wait for a letter.").expanded(true)))
        (Tabs::new()
            .tab(Tab::new("this-week", "This week", html! { p class="govuk-body" { "12 applications" } }))
            .tab(Tab::new("last-week", "Last week", "9 applications")))
    }
}

fn navigation() -> Markup {
    html! {
        (BackLink::new("#"))
        (Pagination::pages(7, 40, |page| format!("?page={page}")))
        (Pagination::new().landmark_label("Parts of the guide")
            .previous(PaginationLink::new("#").label("Who can apply"))
            .next(PaginationLink::new("#").label("What it costs")))
        (LanguageNavigation::new()
            .language(Language::new("en", "English", "#").current(true))
            .language(Language::new("cy", "Cymraeg", "#").description("Newid yr iaith i'r Gymraeg")))
        (ExitThisPage::new())
    }
}

fn panels() -> Markup {
    html! {
        (Panel::new("Application complete")
            .heading_level(HeadingLevel::Two)
            .content(html! { "Your reference number" br; strong { "HDJ2123F" } }))
        (Panel::interruption("Is this right?")
            .heading_level(HeadingLevel::Two)
            .content("You said that you were born in 1902.")
            .action(Action::button("Yes, go on"))
            .action(Action::link("No, change it", "#")))
        (CookieBanner::new().message(CookieMessage::new("Cookies on this service", "We use some essential cookies.")
            .action(Action::button("Accept")).action(Action::link("View cookies", "#"))))
        (Feedback::new("Help us improve", html! {
            p class="govuk-body" { a class="govuk-link" href="#" { "Tell us what you think of this page" } }
        }))
    }
}
