//! Names of people, by language, with the spelling that their addresses use.

/// Given names for the company's users and English-speaking customers.
pub(super) const FIRST: [&str; 72] = [
    "Ada", "Adrian", "Aisha", "Alan", "Alina", "Amara", "Andre", "Anita", "Anton", "Beatrix",
    "Ben", "Bianca", "Caleb", "Carla", "Cedric", "Chloe", "Clara", "Colin", "Dana", "Daniel",
    "Darius", "Delia", "Derek", "Devika", "Edith", "Eleanor", "Elias", "Emeka", "Erin", "Esther",
    "Farah", "Felix", "Fiona", "Gareth", "Gina", "Grace", "Hannah", "Harvey", "Helena", "Ian",
    "Imani", "Ingrid", "Isaac", "Jana", "Jerome", "Joanna", "Jonah", "Kamal", "Kara", "Kieran",
    "Leila", "Leo", "Lydia", "Malik", "Marcus", "Mei", "Mira", "Nadia", "Nathan", "Nora", "Omar",
    "Paige", "Priya", "Quentin", "Rafael", "Renee", "Rohan", "Simone", "Tessa", "Tobias", "Vera",
    "Zoë",
];

/// Family names for the same people.
pub(super) const LAST: [&str; 72] = [
    "Abara",
    "Acheson",
    "Adeyemi",
    "Albright",
    "Anand",
    "Ashdown",
    "Baptiste",
    "Barlow",
    "Bexley",
    "Bhatt",
    "Birchall",
    "Brandt",
    "Calloway",
    "Carrow",
    "Chandra",
    "Cheung",
    "Coldwell",
    "Cortez",
    "Dalgaard",
    "Davenport",
    "Dunmore",
    "Eastman",
    "Ekwueme",
    "Ellery",
    "Farrow",
    "Fenwick",
    "Fitzroy",
    "Gallagher",
    "Garnett",
    "Goddard",
    "Haldane",
    "Harrow",
    "Hollis",
    "Hoshino",
    "Ibarra",
    "Iyer",
    "Jansen",
    "Jessop",
    "Kaplan",
    "Keating",
    "Kowalski",
    "Lachance",
    "Langford",
    "Lindqvist",
    "Lowell",
    "Maddox",
    "Marchetti",
    "Mbeki",
    "Merritt",
    "Moreau",
    "Nakamura",
    "Novak",
    "Okafor",
    "O'Rourke",
    "Osei",
    "Pacheco",
    "Pemberton",
    "Petrov",
    "Quigley",
    "Ramirez",
    "Rasmussen",
    "Rowntree",
    "Sandoval",
    "Sørensen",
    "Stratton",
    "Tanaka",
    "Thackeray",
    "Underhill",
    "Vance",
    "Whitfield",
    "Yardley",
    "Zielinski",
];

/// Given name, family name, and both in the letters of an e-mail address.
pub(super) type Name = (&'static str, &'static str, &'static str);

pub(super) const GERMAN: [Name; 10] = [
    ("Anke", "Böttcher", "anke.boettcher"),
    ("Jürgen", "Hölzel", "juergen.hoelzel"),
    ("Sabine", "Kranz", "sabine.kranz"),
    ("Matthias", "Reuter", "matthias.reuter"),
    ("Friederike", "Thoma", "friederike.thoma"),
    ("Lars", "Wendt", "lars.wendt"),
    ("Petra", "Süßmann", "petra.suessmann"),
    ("Holger", "Brinkmann", "holger.brinkmann"),
    ("Ulrike", "Vogt", "ulrike.vogt"),
    ("Stefan", "Zeiler", "stefan.zeiler"),
];

pub(super) const FRENCH: [Name; 10] = [
    ("Élodie", "Garnier", "elodie.garnier"),
    ("Thierry", "Lemoine", "thierry.lemoine"),
    ("Maëlle", "Prigent", "maelle.prigent"),
    ("Benoît", "Chastain", "benoit.chastain"),
    ("Aurélie", "Vasseur", "aurelie.vasseur"),
    ("François", "Delorme", "francois.delorme"),
    ("Sandrine", "Huet", "sandrine.huet"),
    ("Rémi", "Castel", "remi.castel"),
    ("Camille", "d'Aubigny", "camille.daubigny"),
    ("Pascal", "Tessier", "pascal.tessier"),
];

pub(super) const SPANISH: [Name; 10] = [
    ("Inés", "Zamora", "ines.zamora"),
    ("Álvaro", "Peñalver", "alvaro.penalver"),
    ("Lucía", "Montes", "lucia.montes"),
    ("Gonzalo", "Ibáñez", "gonzalo.ibanez"),
    ("Rocío", "Del Valle", "rocio.delvalle"),
    ("Mateo", "Quiroga", "mateo.quiroga"),
    ("Begoña", "Arrieta", "begona.arrieta"),
    ("Tomás", "Villaseñor", "tomas.villasenor"),
    ("Ximena", "Duarte", "ximena.duarte"),
    ("Raúl", "Cisneros", "raul.cisneros"),
];

pub(super) const PORTUGUESE: [Name; 10] = [
    ("João", "Figueira", "joao.figueira"),
    ("Conceição", "Prado", "conceicao.prado"),
    ("Thiago", "Magalhães", "thiago.magalhaes"),
    ("Letícia", "Sampaio", "leticia.sampaio"),
    ("Caio", "Brandão", "caio.brandao"),
    ("Beatriz", "Furtado", "beatriz.furtado"),
    ("Otávio", "Lacerda", "otavio.lacerda"),
    ("Mariana", "Assunção", "mariana.assuncao"),
    ("Renato", "Simões", "renato.simoes"),
    ("Débora", "Queiroz", "debora.queiroz"),
];

pub(super) const JAPANESE: [Name; 10] = [
    ("健太", "佐藤", "kenta.sato"),
    ("美咲", "高橋", "misaki.takahashi"),
    ("大輔", "渡辺", "daisuke.watanabe"),
    ("由美子", "小林", "yumiko.kobayashi"),
    ("翔", "森本", "sho.morimoto"),
    ("彩香", "石川", "ayaka.ishikawa"),
    ("隆", "藤原", "takashi.fujiwara"),
    ("真理", "岡田", "mari.okada"),
    ("拓海", "清水", "takumi.shimizu"),
    ("恵", "中川", "megumi.nakagawa"),
];

pub(super) const HEBREW: [Name; 10] = [
    ("נועה", "ברקאי", "noa.barkai"),
    ("איתי", "שלומי", "itay.shlomi"),
    ("תמר", "גולן", "tamar.golan"),
    ("אורי", "פלד", "uri.peled"),
    ("מיכל", "רותם", "michal.rotem"),
    ("יונתן", "אלמוג", "yonatan.almog"),
    ("שירה", "דקל", "shira.dekel"),
    ("עומר", "נבון", "omer.navon"),
    ("יעל", "סגל", "yael.segal"),
    ("גיא", "הראל", "guy.harel"),
];

pub(super) const ARABIC: [Name; 10] = [
    ("ليلى", "حداد", "layla.haddad"),
    ("كريم", "منصور", "karim.mansour"),
    ("سلمى", "العلي", "salma.alali"),
    ("يوسف", "درويش", "yousef.darwish"),
    ("هدى", "النجار", "huda.alnajjar"),
    ("طارق", "الفارس", "tariq.alfaris"),
    ("رانيا", "خليل", "rania.khalil"),
    ("سامي", "بركات", "sami.barakat"),
    ("دينا", "صالح", "dina.saleh"),
    ("فادي", "الخوري", "fadi.alkhoury"),
];

/// A name in the letters of an e-mail address.
pub(super) fn ascii(name: &str) -> String {
    name.chars()
        .filter_map(|letter| match letter {
            'ë' => Some('e'),
            'ø' => Some('o'),
            other => other.is_ascii_alphanumeric().then(|| other.to_ascii_lowercase()),
        })
        .collect()
}
