//! What is asked for in the demonstration, and what follows. The kinds are those of the published examples; words, amounts
//! and shops are invented.

use budgets::{
    policy::model::PaymentKind,
    spend::model::{
        Alternatives, Benefits, Conditions, Duty,
        Outcome::{self, Better, CannotSay, Same, Worse},
        SuggestedBy, Terms, Told,
    },
};
use chrono::NaiveDate;

use super::day;

/// Something that is asked for.
pub(super) struct Story {
    pub(super) what: &'static str,
    pub(super) goal: &'static str,
    pub(super) category: &'static str,
    pub(super) pence: i64,
    pub(super) suggested: SuggestedBy,
    pub(super) duty: Duty,
    pub(super) tried: (Alternatives, &'static str),
    pub(super) told: (Told, &'static str),
    pub(super) payment: PaymentKind,
    pub(super) payee: &'static str,
    pub(super) paid: bool,
    /// What follows, so many days later.
    pub(super) then: &'static [(u64, Step)],
}

/// What follows from a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Receipt,
    Agree,
    SecondAgrees,
    Refuse(&'static str, &'static str),
    Query(&'static str),
    Answer(&'static str),
    Pay,
    FinancePays,
    Refund(i64, &'static str),
    Confirm,
    Excuse(&'static str),
    Cancel(&'static str),
    Tell,
    Outcome(u16, Outcome, &'static str),
}

/// In the place of an amount: the most that the council pays for one thing.
pub(super) const DEAREST: i64 = 0;

/// Paid by card on the day, suggested by the family, nobody else's duty.
const fn spend(what: &'static str, goal: &'static str, category: &'static str, pence: i64) -> Story {
    Story {
        what,
        goal,
        category,
        pence,
        suggested: SuggestedBy::Family,
        duty: Duty::NobodyElse,
        tried: (Alternatives::NoneFits, ""),
        told: (Told::Yes, ""),
        payment: PaymentKind::Card,
        payee: "",
        paid: true,
        then: &[(2, Step::Receipt)],
    }
}

impl Story {
    const fn by(mut self, suggested: SuggestedBy) -> Self {
        self.suggested = suggested;
        self
    }

    /// Whose duty it would be, and what came of asking there.
    const fn for_whom(mut self, duty: Duty, words: &'static str) -> Self {
        self.duty = duty;
        self.tried = (Alternatives::Refused, words);
        self
    }

    const fn to(mut self, payment: PaymentKind, payee: &'static str) -> Self {
        self.payment = payment;
        self.payee = payee;
        self
    }

    const fn later(mut self) -> Self {
        self.paid = false;
        self
    }

    const fn not_told(mut self, why: &'static str) -> Self {
        self.told = (Told::NotYet, why);
        self
    }

    const fn then(mut self, then: &'static [(u64, Step)]) -> Self {
        self.then = then;
        self
    }
}

/// Help without a condition.
pub(super) fn freely() -> Terms {
    Terms { conditions: Conditions::None, words: String::new(), benefits: Benefits::NotKnown }
}

/// Everyday spends within the worker's own authority; they go round.
pub(super) static EVERYDAY: [Story; 16] = [
    spend("Bedding and a mattress", "Children sleep in their own beds", "practical", 14_650).then(&[
        (2, Step::Receipt),
        (31, Step::Outcome(30, Better, "Both sleep through, and get to school on time.")),
        (92, Step::Outcome(90, Better, "Still so.")),
    ]),
    spend("Bus passes for a month", "Goes to school every day", "transport-skills", 5_600)
        .by(SuggestedBy::YoungPerson)
        .then(&[(1, Step::Receipt), (32, Step::Outcome(30, Same, "Fewer late marks, as many days missed."))]),
    spend("A meal out together", "Mother and daughter talk again", "relationship", 4_280).then(&[
        (1, Step::Receipt),
        (35, Step::Outcome(30, Better, "They plan the next one themselves.")),
        (95, Step::Outcome(90, Same, "As before.")),
    ]),
    spend("Six sessions of counselling", "Fewer outbursts at home", "therapeutic", 36_000)
        .for_whom(Duty::Health, "CAMHS has a wait of 34 weeks.")
        .by(SuggestedBy::Worker)
        .then(&[
            (3, Step::Receipt),
            (33, Step::Outcome(30, Better, "He asks for a word before it gets loud.")),
        ]),
    spend("School uniform and shoes", "Starts the term without being singled out", "practical", 7_900)
        .then(&[(2, Step::Receipt)]),
    spend(
        "A tutor for mathematics, five hours",
        "Catches up after months out of school",
        "education-activities",
        17_500,
    )
    .for_whom(Duty::Education, "The school has no tutor before the spring.")
    .then(&[(4, Step::Receipt), (31, Step::Outcome(30, CannotSay, "No marks yet."))]),
    spend("Washing machine", "Clean clothes every day", "practical", 22_900)
        .then(&[(1, Step::Receipt), (34, Step::Outcome(30, Better, "School no longer mentions it."))]),
    spend("Boxing lessons for a term", "Somewhere to be on Friday nights", "education-activities", 6_000)
        .by(SuggestedBy::YoungPerson)
        .then(&[
            (2, Step::Receipt),
            (30, Step::Outcome(30, Better, "Went every week.")),
            (91, Step::Outcome(90, Worse, "Stopped when his friend moved away.")),
        ]),
    spend("Arrears of rent, half of them", "The family keeps its home", "practical", 41_000)
        .for_whom(
            Duty::Housing,
            "The landlord takes a part now and the rest in steps; housing pays no arrears.",
        )
        .by(SuggestedBy::Worker)
        .then(&[(5, Step::Receipt), (30, Step::Outcome(30, Better, "The notice was taken back."))]),
    spend(
        "Train fares for the grandmother",
        "Grandmother helps every other weekend",
        "family-network",
        5_840,
    )
    .then(&[(3, Step::Receipt)]),
    spend("Deep clean of kitchen and bathroom", "The home is fit to live in", "practical", 32_000)
        .by(SuggestedBy::Worker)
        .then(&[(6, Step::Receipt), (31, Step::Outcome(30, Same, "Kitchen kept, bathroom not."))]),
    spend("Swimming for the whole family", "Father spends time with the children", "relationship", 3_600)
        .then(&[(1, Step::Receipt)]),
    spend("Second-hand laptop", "Does homework at home", "education-activities", 19_500)
        .for_whom(Duty::Education, "The school lends none this term.")
        .by(SuggestedBy::YoungPerson)
        .then(&[(2, Step::Receipt), (36, Step::Outcome(30, Better, "Hands in most of it."))]),
    spend("Cookery class for mother and son", "They eat together", "relationship", 4_500)
        .then(&[(2, Step::Receipt)]),
    spend("Paint and curtains", "A room that is hers", "practical", 6_875).then(&[(3, Step::Receipt)]),
    spend("Food and electricity until the claim is paid", "Children are fed and warm", "practical", 9_000)
        .for_whom(Duty::Benefits, "The first payment of universal credit takes five weeks.")
        .then(&[(1, Step::Receipt), (30, Step::Outcome(30, Better, "The claim is paid now."))]),
];

/// Where a story says nothing of what changed, it is said shortly, as far as it was due by the end of February; what was due
/// later still waits.
pub(super) fn looked_at_again(story: &Story, asked_on: NaiveDate) -> &'static [(u64, Step)] {
    static BOTH: [(u64, Step); 2] = [
        (32, Step::Outcome(30, Better, "It is used, and it helps.")),
        (93, Step::Outcome(90, Same, "As it was after a month.")),
    ];
    let says = |wanted: u16| {
        story.then.iter().any(|(_, step)| matches!(step, Step::Outcome(days, ..) if *days == wanted))
    };
    let due = |days: i64| asked_on + chrono::TimeDelta::days(days) < day(2020, 3, 1);
    match BOTH.as_slice() {
        [_, second @ ..] if says(30) && !says(90) && due(90) => second,
        [first @ .., _] if !says(30) && due(30) && !due(90) => first,
        both if !says(30) && !says(90) && due(90) => both,
        _ => &[],
    }
}

static MOVE: Story =
    spend("Beds and carpets after the move", "Children have a home with their aunt", "practical", 62_000)
        .later()
        .then(&[
            (2, Step::Agree),
            (6, Step::Pay),
            (8, Step::Receipt),
            (21, Step::Refund(8_500, "One bed was faulty and taken back by the shop.")),
            (37, Step::Outcome(30, Better, "All three sleep at their aunt’s.")),
            (97, Step::Outcome(90, Better, "They stay there.")),
        ]);
static GARAGE: Story = spend("A garage made into a bedroom", "Brothers stay together", "unusual", DEAREST)
    .to(PaymentKind::PurchaseOrder, "Hollins Builders")
    .later()
    .then(&[
        (1, Step::Agree),
        (3, Step::SecondAgrees),
        (40, Step::FinancePays),
        (45, Step::Receipt),
        (71, Step::Outcome(30, Better, "Both have moved in.")),
    ]);
static WEEK_AWAY: Story =
    spend("A week at an outdoor centre", "Away from the people who use him", "education-activities", DEAREST)
        .to(PaymentKind::PurchaseOrder, "Highfell Outdoor Centre")
        .by(SuggestedBy::YoungPerson)
        .later()
        .then(&[
            (2, Step::Agree),
            (16, Step::FinancePays),
            (18, Step::Receipt),
            (47, Step::Outcome(30, Better, "Not missing once since.")),
        ]);
static CONSOLE: Story = spend("Television and games console", "Something to do at home", "practical", 69_000)
    .by(SuggestedBy::YoungPerson)
    .later()
    .then(&[(
        3,
        Step::Refuse(
            "It does not serve the goal of the plan, and a used one costs a fifth.",
            "We do not pay for a new television and console. We would like to talk about what else there could be to do \
             at home.",
        ),
    )]);
static CAR: Story =
    spend("Repair of the car", "Father takes both children to school", "transport-skills", 78_000)
        .later()
        .then(&[
            (1, Step::Query("Is there a second estimate?")),
            (4, Step::Answer("Yes: £840 at the other garage, so this is the lower one.")),
            (5, Step::Agree),
            (9, Step::Pay),
            (10, Step::Receipt),
            (40, Step::Outcome(30, Better, "On time every day.")),
        ]);
static CASH: Story = spend(
    "Taxi and a night’s food on a Saturday",
    "Safe with her grandmother until Monday",
    "family-network",
    6_000,
)
.to(PaymentKind::Cash, "")
.by(SuggestedBy::Worker)
.then(&[(2, Step::Confirm), (2, Step::Receipt)]);
static MACHINE: Story = spend("Photos for a passport", "Can prove who she is", "practical", 1_240)
    .then(&[(15, Step::Excuse("The machine gives none, and the photos were seen."))]);
static CANCELLED: Story = spend("Removal van", "Nearer to the grandparents", "practical", 15_000)
    .to(PaymentKind::PurchaseOrder, "Swift Removals")
    .later()
    .then(&[(5, Step::Cancel("An uncle lends his van."))]);
static SURPRISE: Story = spend("Birthday cake and balloons", "A first birthday party", "relationship", 2_500)
    .not_told("It is a surprise until Saturday.")
    .then(&[(1, Step::Receipt), (4, Step::Tell)]);
static REIMBURSED: Story =
    spend("Shoes bought on the way to court", "Ready for the hearing", "practical", 3_450)
        .to(PaymentKind::Reimbursement, "The worker")
        .later()
        .then(&[(9, Step::FinancePays), (9, Step::Receipt)]);
/// Its receipt never came: the pot is held.
static HELD: Story = spend("Fridge", "Food keeps", "practical", 14_500).then(&[]);
/// Its receipt is missing, and the worker is reminded.
static REMINDED: Story = spend("Winter coats", "Warm on the way to school", "practical", 8_800).then(&[]);
static SILENT: Story = spend("Cinema with an older cousin", "An adult whom he trusts", "relationship", 3_200)
    .by(SuggestedBy::YoungPerson)
    .not_told("The parents have still to be asked about the cousin.")
    .then(&[(1, Step::Receipt)]);
static WAITING: Story =
    spend("Driving lessons for the mother", "Mother gets to work and school", "transport-skills", 84_000)
        .later()
        .then(&[]);
static QUERIED: Story =
    spend("Psychological assessment brought forward", "The plan fits what he needs", "therapeutic", 56_000)
        .for_whom(Duty::Health, "The trust offers October.")
        .to(PaymentKind::PurchaseOrder, "Moorside Psychology")
        .by(SuggestedBy::Worker)
        .later()
        .then(&[(3, Step::Query("Would the assessment be valid in court?"))]);
static ORDERED: Story = spend("Bunk bed", "Children sleep in their own beds", "practical", 27_500)
    .to(PaymentKind::PurchaseOrder, "Dales Furniture")
    .later()
    .then(&[]);
static OWED: Story =
    spend("Petrol for a visit to his father", "Sees his father once a month", "family-network", 4_120)
        .to(PaymentKind::Reimbursement, "The worker")
        .later()
        .then(&[]);

/// The spends that are told apart: the day, the pot (by its place among those that are used; the last where there is none
/// named) and the story.
pub(super) fn once(two_people: bool) -> Vec<(NaiveDate, Option<usize>, &'static Story)> {
    let large = if two_people { &GARAGE } else { &WEEK_AWAY };
    vec![
        (day(2019, 8, 6), Some(0), &MOVE),
        (day(2019, 9, 10), Some(1), large),
        (day(2019, 9, 24), Some(0), &CONSOLE),
        (day(2019, 10, 8), Some(2), &CAR),
        (day(2019, 11, 16), Some(1), &CASH),
        (day(2019, 11, 26), Some(3), &MACHINE),
        (day(2019, 12, 3), Some(2), &CANCELLED),
        (day(2020, 1, 14), Some(0), &SURPRISE),
        (day(2020, 1, 28), Some(3), &REIMBURSED),
        (day(2020, 2, 26), None, &HELD),
        (day(2020, 3, 18), Some(1), &SILENT),
        (day(2020, 3, 20), Some(0), &REMINDED),
        (day(2020, 3, 24), Some(1), &ORDERED),
        (day(2020, 3, 25), Some(0), &OWED),
        (day(2020, 3, 26), Some(0), &QUERIED),
        (day(2020, 3, 30), Some(0), &WAITING),
    ]
}

/// A day, what somebody would like, what it would change, pence, and what the worker answers.
type Question = ((i32, u32, u32), &'static str, &'static str, i64, Option<&'static str>);

/// What a young person, or a parent, asks for themselves.
pub(super) fn questions(young: bool) -> [Question; 2] {
    if young {
        [
            (
                (2019, 9, 16),
                "Boxing gloves",
                "I go every week now and borrow old ones.",
                2_500,
                Some("Good idea. I ask for it this week, and tell you when you can get them."),
            ),
            (
                (2020, 3, 27),
                "A bus pass for the summer",
                "So I can get to my nan without asking.",
                5_600,
                None,
            ),
        ]
    } else {
        [
            (
                (2019, 9, 16),
                "A tumble dryer",
                "Washing takes days to dry in the flat.",
                18_000,
                Some("Yes. We look at second-hand ones together on Thursday."),
            ),
            ((2020, 3, 27), "A week of holiday club", "I start my new job at Easter.", 9_500, None),
        ]
    }
}
