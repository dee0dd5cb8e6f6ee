//! The customers and prospects: forty made-up firms, their people, and who looks after them.

use serde_json::{Value, json};

use super::{
    ids::{Ids, Kind},
    language::Language,
    names,
    people::{Role, User},
    random::{Purpose, Random},
};

/// People of each account.
pub(super) const CONTACTS: usize = 6;

/// One firm.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) opportunity_id: String,
    pub(super) name: &'static str,
    pub(super) domain: String,
    pub(super) industry: &'static str,
    pub(super) city: &'static str,
    pub(super) language: Language,
    pub(super) employees: u64,
    pub(super) amount: u64,
    pub(super) stage: &'static str,
    /// Index of the user who sells to it.
    pub(super) seller: usize,
    /// Index of the user who looks after it once it has bought.
    pub(super) success: usize,
    pub(super) contacts: Vec<Contact>,
}

/// One person of a firm.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) first_name: &'static str,
    pub(super) email: Option<String>,
    pub(super) title: Option<&'static str>,
    pub(super) phone: Option<String>,
}

const FIRMS: [(&str, &str, &str, &str, Language); 40] = {
    use Language::{Arabic, English, French, German, Hebrew, Japanese, Portuguese, Spanish};
    [
        ("Kestrel Logistics", "kestrel", "Transportation", "Memphis", English),
        ("Bramble & Finch", "bramblefinch", "Retail", "Portland", English),
        ("Orrery Insurance", "orrery", "Insurance", "Hartford", English),
        ("Saltmarsh Foods", "saltmarsh", "Food and Beverage", "Baltimore", English),
        ("Quillon Aerospace", "quillon", "Aerospace", "Wichita", English),
        ("Fernhollow Health", "fernhollow", "Healthcare", "Nashville", English),
        ("Tidewell Bank", "tidewell", "Financial Services", "Charlotte", English),
        ("Copperline Energy", "copperline", "Energy", "Houston", English),
        ("Wexcombe University", "wexcombe", "Education", "Bristol", English),
        ("Palisade Robotics", "palisade", "Manufacturing", "Pittsburgh", English),
        ("Hearth & Hollow", "hearthhollow", "Hospitality", "Asheville", English),
        ("Meridian Pharma", "meridianpharma", "Pharmaceuticals", "Cambridge", English),
        ("Stonebridge Legal", "stonebridge", "Legal Services", "Chicago", English),
        ("Juniper Street Media", "juniperstreet", "Media", "Austin", English),
        ("Ironvale Steel", "ironvale", "Metals", "Gary", English),
        ("Lark Mobility", "larkmobility", "Automotive", "Detroit", English),
        ("Dovetail Homes", "dovetail", "Construction", "Denver", English),
        ("Cobalt Ridge Mining", "cobaltridge", "Mining", "Perth", English),
        ("Everspring Water", "everspring", "Utilities", "Phoenix", English),
        ("Harborlight Shipping", "harborlight", "Maritime", "Rotterdam", English),
        ("Thistle & Thread", "thistlethread", "Apparel", "Edinburgh", English),
        ("Nimbus Telecom", "nimbustel", "Telecommunications", "Dublin", English),
        ("Redwood Credit Union", "redwoodcu", "Financial Services", "Sacramento", English),
        ("Alder Grove Clinics", "aldergrove", "Healthcare", "Minneapolis", English),
        ("Pinnacle Parcel", "pinnacleparcel", "Transportation", "Louisville", English),
        ("Gable Hardware", "gablehardware", "Wholesale", "Omaha", English),
        ("Vantage Biotech", "vantagebio", "Biotechnology", "San Diego", English),
        ("Solstice Travel", "solstice", "Travel", "Miami", English),
        ("Brennholz Maschinenbau", "brennholz", "Manufacturing", "Stuttgart", German),
        ("Nordlicht Versand", "nordlicht", "Retail", "Hamburg", German),
        ("Ahornwerk Chemie", "ahornwerk", "Chemicals", "Ludwigshafen", German),
        ("Ateliers Roseraie", "roseraie", "Apparel", "Lyon", French),
        ("Fonderie du Rhône", "fonderierhone", "Metals", "Valence", French),
        ("Cítricos del Turia", "citricosturia", "Food and Beverage", "Valencia", Spanish),
        ("Transportes Quetzal", "quetzal", "Transportation", "Guadalajara", Spanish),
        ("Café Serra Azul", "serraazul", "Food and Beverage", "Belo Horizonte", Portuguese),
        ("Construtora Ipê", "ipe", "Construction", "Curitiba", Portuguese),
        ("青葉電機", "aoba-denki", "Electronics", "仙台", Japanese),
        ("אלון מערכות", "alon", "Software", "חיפה", Hebrew),
        ("واحة التجارة", "waha", "Wholesale", "عمّان", Arabic),
    ]
};
const TITLES: [&str; 14] = [
    "VP Operations",
    "Director of Planning",
    "Operations Manager",
    "Head of Procurement",
    "IT Director",
    "Information Security Lead",
    "Chief Financial Officer",
    "Supply Chain Analyst",
    "Program Manager",
    "Director of Business Systems",
    "Plant Manager",
    "Finance Business Partner",
    "Head of Customer Operations",
    "Data Engineer",
];
const STAGES: [&str; 7] = [
    "Discovery",
    "Evaluation",
    "Business Case",
    "Negotiation",
    "Closed Won",
    "Renewal",
    "Closed Lost",
];

/// Makes the accounts of the company with this seed.
pub(super) fn accounts(seed: u64, users: &[User]) -> Vec<Account> {
    let having = |role: Role| -> Vec<usize> {
        (0..users.len()).filter(|index| users[*index].role == role).collect()
    };
    let successes = having(Role::Success);
    let sellers = |language: Language| -> Vec<usize> {
        let region = |index: &usize| region(users[*index].title.unwrap_or_default());
        let wanted = match language {
            Language::English => "",
            Language::Spanish | Language::Portuguese => "LATAM",
            Language::Japanese => "Japan",
            _ => "EMEA",
        };
        having(Role::Seller).into_iter().filter(|index| region(index) == wanted).collect()
    };
    FIRMS
        .iter()
        .enumerate()
        .map(|(index, (name, stub, industry, city, language))| {
            let number = u64::try_from(index).unwrap_or(0);
            let mut random = Random::new(seed, Purpose::Accounts, number);
            let domain = format!("{stub}.example");
            let contacts = contacts(seed, number, *language, &domain, &mut random);
            Account {
                id: crm_id("001", &mut random),
                opportunity_id: crm_id("006", &mut random),
                name,
                domain,
                industry,
                city,
                language: *language,
                employees: random.between(6, 900) * 10,
                amount: random.between(24, 420) * 1_000,
                stage: STAGES[random.index(STAGES.len())],
                seller: *random.pick(&sellers(*language)),
                success: *random.pick(&successes),
                contacts,
            }
        })
        .collect()
}

/// The part of the world that a title names, if it does.
fn region(title: &str) -> &str {
    title.rsplit_once("Account Executive").map_or("", |(_, region)| region.trim())
}

fn contacts(
    seed: u64,
    account: u64,
    language: Language,
    domain: &str,
    random: &mut Random,
) -> Vec<Contact> {
    let phones = Ids::new(seed, Kind::Record);
    let titles = random.order(TITLES.len());
    let names = names_of(language, random);
    names
        .into_iter()
        .take(CONTACTS)
        .enumerate()
        .map(|(index, (first_name, last_name, address))| {
            let number = account * 100 + u64::try_from(index).unwrap_or(0);
            let phone = format!("+1-555-{:04}", phones.value(number) % 10_000);
            let is_dial_in = index == CONTACTS - 1;
            Contact {
                id: crm_id("003", random),
                name: language.full_name(first_name, last_name),
                first_name: if language == Language::Japanese { last_name } else { first_name },
                email: (!is_dial_in).then(|| format!("{address}@{domain}")),
                title: (!is_dial_in && index != 3).then(|| TITLES[titles[index]]),
                phone: (is_dial_in || index % 3 != 2).then_some(phone),
            }
        })
        .collect()
}

fn names_of(language: Language, random: &mut Random) -> Vec<(&'static str, &'static str, String)> {
    let listed: &[names::Name] = match language {
        Language::German => &names::GERMAN,
        Language::French => &names::FRENCH,
        Language::Spanish => &names::SPANISH,
        Language::Portuguese => &names::PORTUGUESE,
        Language::Japanese => &names::JAPANESE,
        Language::Hebrew => &names::HEBREW,
        Language::Arabic => &names::ARABIC,
        Language::English => {
            let (first, last) = (random.order(names::FIRST.len()), random.order(names::LAST.len()));
            return first
                .into_iter()
                .zip(last)
                .map(|(first, last)| (names::FIRST[first], names::LAST[last]))
                .map(|(first, last)| {
                    (first, last, format!("{}.{}", names::ascii(first), names::ascii(last)))
                })
                .collect();
        }
    };
    random
        .order(listed.len())
        .into_iter()
        .map(|index| (listed[index].0, listed[index].1, listed[index].2.to_owned()))
        .collect()
}

/// An id as the CRM writes it: a prefix for the kind of object and 15 letters and digits.
fn crm_id(prefix: &str, random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut id = format!("{prefix}5g00000");
    for _ in 0..5 {
        id.push(char::from(*random.pick(LETTERS)));
    }
    id.push_str("QAZ");
    id
}

impl Account {
    /// The `context` of a call with this account.
    pub(super) fn context(&self, owner: &User) -> Value {
        let field = |name: &str, value: Value| json!({"name": name, "value": value});
        json!([{
            "system": "Salesforce",
            "objects": [
                {
                    "objectType": "Account",
                    "objectId": self.id,
                    "fields": [
                        field("Name", json!(self.name)),
                        field("Industry", json!(self.industry)),
                        field("Website", json!(format!("https://www.{}", self.domain))),
                        field("BillingCity", json!(self.city)),
                        field("NumberOfEmployees", json!(self.employees)),
                        field("Parent_Account__c", Value::Null),
                        field("Is_Customer__c", json!(self.is_customer()))
                    ]
                },
                {
                    "objectType": "Opportunity",
                    "objectId": self.opportunity_id,
                    "fields": [
                        field("Name", json!(format!("{} - annual plan", self.name))),
                        field("StageName", json!(self.stage)),
                        field("Amount", json!(self.amount)),
                        field("Probability", json!(self.probability())),
                        field("OwnerId", json!(owner.id)),
                        field("LossReason__c", Value::Null)
                    ],
                    "timing": "Now"
                }
            ]
        }])
    }

    /// Whether it has bought.
    pub(super) fn is_customer(&self) -> bool {
        matches!(self.stage, "Closed Won" | "Renewal")
    }

    fn probability(&self) -> u64 {
        match self.stage {
            "Discovery" => 10,
            "Evaluation" => 30,
            "Business Case" => 55,
            "Negotiation" => 75,
            "Renewal" => 90,
            "Closed Won" => 100,
            _ => 0,
        }
    }
}
