//! Every limit of this crate, with its unit and its reason.

use std::time::Duration;

/// Bytes of a uid. ASCII, so characters too.
pub const UID_BYTES: usize = 64;
/// Characters of a person's name.
pub const NAME_CHARACTERS: usize = 80;
/// Characters of a title, work place or telephone.
pub const TEXT_CHARACTERS: usize = 200;
/// Characters of an employee number.
pub const EMPLOYEE_NO_CHARACTERS: usize = 50;
/// Bytes of a mail address (RFC 5321, section 4.5.3.1.3).
pub const MAIL_BYTES: usize = 254;
/// Digits of a mobile number (E.164 has 15; a few for extensions).
pub const MOBILE_DIGITS: usize = 20;
/// Characters of a department's name.
pub const DEPARTMENT_NAME_CHARACTERS: usize = 64;
/// Levels of the department tree, the root counted.
pub const DEPARTMENT_LEVELS: usize = 32;
/// Departments of one person.
pub const MEMBERSHIPS: usize = 100;
/// Bytes of an uploaded picture: clients cut it down before they send it.
pub const AVATAR_UPLOAD_BYTES: usize = 2 << 20;
/// Pixels of a side of an uploaded picture.
pub const AVATAR_SIDE_MOST: u32 = 4_096;
pub const AVATAR_SIDE_LEAST: u32 = 16;
/// Memory of one picture while it is decoded: the largest with four bytes a pixel, and what the decoder has beside it.
pub const AVATAR_MEMORY_BYTES: u64 = 160 << 20;
/// Pixels of a side of a picture as it is kept, and the quality of its JPEG: about 15 kB.
pub const AVATAR_SIDE: u32 = 256;
pub const AVATAR_QUALITY: u8 = 85;
/// Heads of one department.
pub const HEADS: usize = 20;
/// People of one department whom an administrator has put in an order; the others follow by name.
pub const ARRANGED_MEMBERS: usize = 1_000;
/// Characters of a reason or an app password's label.
pub const LABEL_CHARACTERS: usize = 200;
/// Departments of one delegation, and delegations of one person.
pub const DELEGATED_DEPARTMENTS: usize = 100;
pub const DELEGATIONS: usize = 20;
/// Characters of a search text.
pub const QUERY_CHARACTERS: usize = 100;
/// Bytes of an opaque cursor, encoded.
pub const CURSOR_BYTES: usize = 1_024;
/// Steps of a manager chain that are followed when a loop is looked for.
pub const MANAGER_STEPS: usize = 64;

/// Argon2id, the OWASP floor: KiB of memory, passes, lanes.
pub const ARGON2_KIB: u32 = 19_456;
pub const ARGON2_PASSES: u32 = 2;
pub const ARGON2_LANES: u32 = 1;
/// How long a sign-in waits for its turn at the hash before it is told to come again.
pub const HASH_WAIT: Duration = Duration::from_secs(2);
/// Bytes of a password.
pub const PASSWORD_BYTES_MAX: usize = 512;
/// Characters of a new password whose guesses are counted: the count takes the square of them.
pub const PASSWORD_CHARACTERS_WEIGHED: usize = 100;
/// The longest least length that a policy may set, in characters.
pub const PASSWORD_LENGTH_MOST: u32 = 64;
/// The longest age and the earliest warning that a policy may set.
pub const PASSWORD_AGE_DAYS: u32 = 365;
pub const PASSWORD_WARNING_DAYS: u32 = 90;
/// Earlier passwords of one person that are kept, as hashes.
pub const PASSWORD_HISTORY: u32 = 24;
/// Words of an enterprise that no password may contain, and how long each is.
pub const BANNED_WORDS: usize = 1_000;
pub const BANNED_WORD_CHARACTERS: usize = 40;
pub const BANNED_WORD_CHARACTERS_MIN: usize = 3;
/// Groups of people for whom signing in asks for more.
pub const REQUIREMENTS: usize = 100;

/// Bytes of a TOTP secret: as long as what HMAC-SHA1 gives (RFC 4226, section 4, R6).
pub const TOTP_BYTES: usize = 20;
/// Seconds of a step (RFC 6238, section 5.2), and how many steps a clock may be wrong.
pub const TOTP_STEP_SECONDS: i64 = 30;
pub const TOTP_STEPS_OFF: i64 = 1;
/// Recovery codes of one person, and the random bytes of each: 80 bits.
pub const RECOVERY_CODES: usize = 10;
pub const RECOVERY_CODE_BYTES: usize = 10;
/// Characters of a code as somebody types it.
pub const CODE_CHARACTERS: usize = 64;
/// Passkeys of one person.
pub const PASSKEYS: usize = 20;
/// Bytes of what an authenticator calls a passkey (WebAuthn Level 3, section 4).
pub const CREDENTIAL_BYTES: usize = 1_023;
/// Bytes of what a browser says it was asked, of an attestation, of a signature.
pub const CLIENT_DATA_BYTES: usize = 8 << 10;
pub const ATTESTATION_BYTES: usize = 64 << 10;
pub const SIGNATURE_BYTES: usize = 1 << 10;
/// How long somebody may take to touch an authenticator.
pub const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Answered challenges that are remembered, so that none is answered twice.
pub const CHALLENGES_ANSWERED: usize = 65_536;
/// How long it counts that somebody has shown who they are: what administrators change asks for it.
pub const PROOF_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// A session of a person who does nothing for this long ends.
pub const SESSION_IDLE: Duration = Duration::from_secs(8 * 3_600);
/// The same for a person who holds one of the three roles.
pub const SESSION_IDLE_ADMINISTRATOR: Duration = Duration::from_secs(30 * 60);
/// No session lives longer, whatever its person does.
pub const SESSION_ABSOLUTE: Duration = Duration::from_secs(24 * 3_600);
/// How often "last seen" is made durable: after a kill it may be this much too early.
pub const SESSION_SEEN_WRITE: Duration = Duration::from_secs(5 * 60);
/// Sessions of one person; the one seen longest ago makes room.
pub const SESSIONS_PER_PERSON: usize = 50;
/// Bytes of a session token before it is encoded.
pub const TOKEN_BYTES: usize = 32;

/// Random bytes of an enrolment code: 80 bits, sixteen letters.
pub const ENROLMENT_CODE_BYTES: usize = 10;
/// Characters of a code as somebody types it, dashes and spaces included.
pub const ENROLMENT_CODE_CHARACTERS_MAX: usize = 64;
/// A code that nobody redeemed is worth nothing after this.
pub const ENROLMENT_LIFETIME: Duration = Duration::from_secs(72 * 3_600);

/// Failures within [`LOCKOUT_WINDOW`] that lock a lane.
pub const LOCKOUT_FAILURES: u32 = 5;
/// Failures of one account from unknown devices at all addresses together.
pub const LOCKOUT_FAILURES_ACCOUNT: u32 = 100;
pub const LOCKOUT_WINDOW: Duration = Duration::from_secs(10 * 60);
/// The first lock; each further failure doubles it up to [`LOCKOUT_LONGEST`].
pub const LOCKOUT_FIRST: Duration = Duration::from_secs(60);
pub const LOCKOUT_LONGEST: Duration = Duration::from_secs(3_600);
/// Lanes kept in memory; the one that was quiet longest makes room.
pub const LOCKOUT_LANES: usize = 65_536;
/// Devices that a person signed in from, remembered for their own lane.
pub const KNOWN_DEVICES: usize = 262_144;

/// App passwords of one person.
pub const APP_PASSWORDS: usize = 50;
/// Random bytes of an app password: 160 bits.
pub const APP_PASSWORD_BYTES: usize = 20;
/// How often "last used" of an app password is made durable.
pub const APP_PASSWORD_USED_WRITE: Duration = Duration::from_secs(3_600);

/// How long a password that was right at a door without sessions is not hashed again.
pub const VERIFIED_FOR: Duration = Duration::from_secs(10 * 60);
/// Of how many passwords that is kept.
pub const VERIFIED_KEPT: usize = 131_072;
/// Connectors of the box.
pub const CONNECTORS: usize = 100;
/// Networks of one connector.
pub const CONNECTOR_NETWORKS: usize = 32;
/// Entries of one search through a connector, over all its pages.
pub const CONNECTOR_ENTRIES: u32 = 1_000_000;
/// Seconds of one search through a connector.
pub const CONNECTOR_SECONDS: u32 = 600;
/// Connections of one connector at once.
pub const CONNECTOR_CONNECTIONS: u32 = 512;

/// Fields that the system administrator may add to what is known of a person.
pub const PERSON_FIELDS: usize = 50;
/// Bytes of such a field's key.
pub const PERSON_FIELD_KEY_BYTES: usize = 32;
/// Choices of one field.
pub const PERSON_FIELD_CHOICES: usize = 200;
/// Values of one field of one person.
pub const PERSON_FIELD_VALUES: usize = 20;
/// Characters of one value.
pub const PERSON_FIELD_CHARACTERS: usize = 1_000;
/// Tags of the enterprise, and those among them that have a rule: each of these is asked about each person who changes.
pub const TAGS: usize = 10_000;
pub const TAGS_WITH_RULES: usize = 500;
/// Members that one tag names.
pub const TAG_MEMBERS: usize = 10_000;
/// Conditions of a tag's rule.
pub const TAG_CONDITIONS: usize = 20;
/// Rules of visibility, and how many one list of a rule names.
pub const RULES: usize = 5_000;
pub const RULE_SUBJECTS: usize = 500;
/// People that a preview shows.
pub const PREVIEW_PEOPLE: usize = 10;

/// Bytes of an imported file.
pub const IMPORT_BYTES: usize = 64 << 20;
/// Rows of an imported sheet, the heading not counted.
pub const IMPORT_ROWS: usize = 120_000;
/// Columns of an imported sheet.
pub const IMPORT_COLUMNS: usize = 200;
/// Characters of one cell, as many as a spreadsheet holds; what is longer is an error of its row.
pub const IMPORT_CELL_CHARACTERS: usize = 32_767;
/// Rows in which the heading is looked for.
pub const IMPORT_HEADING_ROWS: usize = 10;
/// Departments named by one cell.
pub const IMPORT_DEPARTMENTS_PER_CELL: usize = MEMBERSHIPS;
/// Entries of an .xlsx container.
pub const XLSX_ENTRIES: usize = 2_000;
/// Bytes of an .xlsx container once unpacked, over all its entries.
pub const XLSX_UNPACKED_BYTES: u64 = 512 << 20;
/// How much larger than its container an .xlsx may become.
pub const XLSX_RATIO: u64 = 200;
/// A dry run that nobody applied is forgotten after this.
pub const IMPORT_LIFETIME: Duration = Duration::from_secs(24 * 3_600);
/// More people changed than this, and an import must be confirmed with their number.
pub const IMPORT_CHANGES: u32 = 50;
/// The same as a share of everybody in the directory, once there are [`IMPORT_CHANGES_FEW`].
pub const IMPORT_CHANGES_PERCENT: u32 = 5;
/// So few need no confirmation, whatever share they are.
pub const IMPORT_CHANGES_FEW: u32 = 10;
/// Sets of headings whose mapping is remembered; the one used longest ago makes room.
pub const IMPORT_MAPPINGS: i64 = 200;
/// Samples of a column that the mapping page shows.
pub const IMPORT_SAMPLES: usize = 3;

/// How long somebody who is gone can be brought back. It fits inside the fifteen working days that a request to be erased may take.
pub const GRACE: Duration = Duration::from_secs(14 * 86_400);
/// People whose manager changes in one transaction of a handover.
pub const REPORTS_AT_ONCE: usize = 100;
/// Things that one person leaves behind and that somebody decides about one by one.
pub const HANDOVER_ITEMS: usize = 10_000;

/// Working days within which a request about one's own data is answered.
pub const REQUEST_WORKING_DAYS: u32 = 15;
/// How many working days before that the box says so.
pub const REQUEST_REMINDER_DAYS: u32 = 3;
/// Requests of one person that are open at once.
pub const REQUESTS_OPEN: usize = 10;
/// Requests of one person within [`REQUESTS_WINDOW`], answered or not.
pub const REQUESTS_LATELY: usize = 20;
pub const REQUESTS_WINDOW: Duration = Duration::from_secs(30 * 86_400);
/// Characters of the reason of a request, of a wanted value and of an answer.
pub const REQUEST_CHARACTERS: usize = 1_000;
/// How long a copy of one's data can be fetched.
pub const COPY_LIFETIME: Duration = Duration::from_secs(7 * 86_400);
/// Bytes of a copy: what is older is left out, and the copy says so.
pub const COPY_BYTES: usize = 64 << 20;
