//! Names for the school tables: common names of England today, put together at random, so that none is a
//! person.

use crate::random::Stream;

/// Groups of names. They follow the ethnicity codes only loosely, as in life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tradition {
    British,
    SouthAsianMuslim,
    Indian,
    African,
    European,
    Chinese,
}

struct Lists {
    surnames: &'static [&'static str],
    girls: &'static [&'static str],
    boys: &'static [&'static str],
}

static BRITISH: Lists = Lists {
    surnames: &[
        "Smith",
        "Jones",
        "Taylor",
        "Brown",
        "Williams",
        "Wilson",
        "Johnson",
        "Davies",
        "Robinson",
        "Wright",
        "Thompson",
        "Evans",
        "Walker",
        "White",
        "Roberts",
        "Green",
        "Hall",
        "Wood",
        "Jackson",
        "Clarke",
        "Harris",
        "Cooper",
        "Turner",
        "Ward",
        "Hill",
        "Moore",
        "Baker",
        "Carter",
        "Bennett",
        "Shaw",
        "Marsh",
        "Fletcher",
        "Barker",
        "Dixon",
        "Gibson",
        "Palmer",
        "Holmes",
        "Murphy",
        "O'Brien",
        "Kelly",
        "Campbell",
        "Morgan",
        "Price",
        "Hughes",
        "Reid",
        "Pearce",
        "Lawson",
        "Booth",
        "Webb",
        "Chapman",
        "Hart-Lowe",
        "Swift",
        "Nash",
        "Poole",
        "Frost",
        "Dale",
        "Hobbs",
        "Tucker",
        "Vine",
        "Crane",
    ],
    girls: &[
        "Amelia", "Olivia", "Isla", "Ava", "Emily", "Ella", "Grace", "Lily", "Evie", "Poppy", "Freya",
        "Ruby", "Sophie", "Chloe", "Daisy", "Millie", "Phoebe", "Molly", "Lucy", "Hannah", "Megan", "Erin",
        "Jasmine", "Lola", "Summer", "Niamh",
    ],
    boys: &[
        "Oliver", "George", "Harry", "Jack", "Noah", "Leo", "Oscar", "Charlie", "Alfie", "Jacob", "Freddie",
        "Thomas", "James", "William", "Joshua", "Ethan", "Logan", "Mason", "Riley", "Tyler", "Finley",
        "Harvey", "Reuben", "Jayden", "Connor", "Zac",
    ],
};
static SOUTH_ASIAN_MUSLIM: Lists = Lists {
    surnames: &[
        "Ahmed",
        "Khan",
        "Hussain",
        "Ali",
        "Begum",
        "Akhtar",
        "Mahmood",
        "Iqbal",
        "Rahman",
        "Chowdhury",
        "Miah",
        "Malik",
        "Sheikh",
        "Aziz",
        "Bibi",
        "Uddin",
    ],
    girls: &[
        "Aisha", "Fatima", "Maryam", "Zainab", "Hafsa", "Amina", "Khadija", "Safa", "Inaya", "Noor",
        "Sumaya", "Zara",
    ],
    boys: &[
        "Muhammad", "Yusuf", "Ibrahim", "Hamza", "Bilal", "Zayn", "Ayaan", "Musa", "Idris", "Omar", "Haris",
        "Adam",
    ],
};
static INDIAN: Lists = Lists {
    surnames: &[
        "Patel", "Singh", "Kaur", "Sharma", "Shah", "Gill", "Mistry", "Desai", "Reddy", "Nair", "Gupta",
        "Sandhu", "Perera", "Rai",
    ],
    girls: &[
        "Anaya", "Diya", "Priya", "Aanya", "Kavya", "Simran", "Meera", "Riya", "Jasleen", "Tara", "Nisha",
        "Asha",
    ],
    boys: &[
        "Arjun", "Rohan", "Aarav", "Dev", "Karan", "Vihaan", "Jai", "Nikhil", "Gurpreet", "Ravi", "Ishaan",
        "Sahil",
    ],
};
static AFRICAN: Lists = Lists {
    surnames: &[
        "Okafor", "Adeyemi", "Mensah", "Boateng", "Mohamed", "Hassan", "Abdi", "Osei", "Nwosu", "Balogun",
        "Owusu", "Diallo", "Bailey", "Grant", "Francis", "Gordon", "Tesfaye", "Kamara",
    ],
    girls: &[
        "Ama", "Chiamaka", "Zuri", "Imani", "Abena", "Tiana", "Naomi", "Esther", "Halima", "Amara",
        "Blessing", "Ifeoma",
    ],
    boys: &[
        "Kwame",
        "Emeka",
        "Malachi",
        "Elijah",
        "Tobi",
        "Kofi",
        "Isaiah",
        "Samuel",
        "Abdullahi",
        "Jerome",
        "Daniel",
        "Femi",
    ],
};
static EUROPEAN: Lists = Lists {
    surnames: &[
        "Kowalski",
        "Nowak",
        "Popescu",
        "Ionescu",
        "Silva",
        "Santos",
        "Kazlauskas",
        "Horvath",
        "Dimitrov",
        "Rossi",
        "Novak",
        "Wozniak",
    ],
    girls: &["Zofia", "Maja", "Julia", "Elena", "Sofia", "Ana", "Emilija", "Larisa", "Beatriz", "Nadia"],
    boys: &["Jakub", "Filip", "Andrei", "Luca", "Matei", "Tomas", "Kacper", "Miguel", "Stefan", "Adrian"],
};
static CHINESE: Lists = Lists {
    surnames: &["Chen", "Wong", "Li", "Zhang", "Lam", "Tran", "Nguyen", "Cheung", "Liu", "Ho"],
    girls: &["Mei", "Lin", "Emma", "Yan", "Hua", "Chloe", "Anh", "Jia"],
    boys: &["Wei", "Jun", "Lucas", "Minh", "Kai", "Ryan", "Hao", "Jason"],
};

fn lists(tradition: Tradition) -> &'static Lists {
    match tradition {
        Tradition::British => &BRITISH,
        Tradition::SouthAsianMuslim => &SOUTH_ASIAN_MUSLIM,
        Tradition::Indian => &INDIAN,
        Tradition::African => &AFRICAN,
        Tradition::European => &EUROPEAN,
        Tradition::Chinese => &CHINESE,
    }
}

/// A family's surname.
pub(crate) fn surname(stream: &mut Stream, tradition: Tradition) -> &'static str {
    stream.pick(lists(tradition).surnames).copied().unwrap_or_default()
}

/// A child's first name.
pub(crate) fn forename(stream: &mut Stream, tradition: Tradition, female: bool) -> &'static str {
    let lists = lists(tradition);
    stream.pick(if female { lists.girls } else { lists.boys }).copied().unwrap_or_default()
}
