//! Debian's slapd with the same entries as a box: whom its answers and its speed are held against.

use std::{
    error::Error,
    fs,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tempfile::TempDir;

use crate::{
    Place,
    ldap::{Entry, Ldap, Search, filter},
    process::Running,
};

type Failure = Box<dyn Error + Send + Sync>;

const PROGRAM: &str = "/usr/sbin/slapd";
pub const ROOT: &str = "cn=root,dc=holdfast,dc=internal";
pub const PASSWORD: &str = "slapd";
const READY: Duration = Duration::from_secs(60);

/// What of an entry is not stored by slapd but made.
const MADE: [&str; 5] = ["entryDN", "hasSubordinates", "numSubordinates", "subschemaSubentry", "entryUSN"];

/// A running slapd. Dropping it ends it and removes its folder.
pub struct Slapd {
    pub plain: String,
    pub tls: String,
    process: Running,
    _folder: TempDir,
}

pub fn is_present() -> bool {
    Path::new(PROGRAM).exists()
}

/// Every entry of the box with all its attributes, as a connector that may see everything gets them.
pub fn everything(client: &mut Ldap, suffix: &str) -> Result<Vec<Entry>, Failure> {
    let search = Search { attributes: &["*", "+"], ..Search::of(suffix, filter::present("objectClass")) };
    Ok(client.pages(&search, 1_000)?.into_iter().flat_map(|(entries, _)| entries).collect())
}

impl Slapd {
    pub fn start(place: &Place, suffix: &str, entries: &[Entry], indexed: bool) -> Result<Self, Failure> {
        let folder = TempDir::with_prefix("slapd-")?;
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("db"))?;
        let mut ldif = fs::File::create(at("all.ldif"))?;
        let mut written = Vec::new();
        entries.iter().for_each(|entry| write(entry, &mut written));
        ldif.write_all(&written)?;
        fs::write(at("slapd.conf"), configuration(place, suffix, folder.path(), indexed))?;
        let loaded = Command::new("/usr/sbin/slapadd")
            .args(["-q", "-s", "-f"])
            .arg(at("slapd.conf"))
            .arg("-l")
            .arg(at("all.ldif"))
            .output()?;
        if !loaded.status.success() {
            return Err(format!("slapadd: {}", String::from_utf8_lossy(&loaded.stderr)).into());
        }
        let port = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|one| one.local_addr()).map(|address| address.port());
        let (plain, tls) = (format!("ldap://localhost:{}", port()?), format!("ldaps://localhost:{}", port()?));
        let mut command = Command::new(PROGRAM);
        command.args(["-d", "0", "-h"]).arg(format!("{plain} {tls}")).arg("-f").arg(at("slapd.conf"));
        let process = Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()))?;
        let slapd = Self { plain, tls, process, _folder: folder };
        let until = Instant::now() + READY;
        while Ldap::plain(&slapd.plain).is_err() {
            if Instant::now() > until {
                return Err("slapd does not answer".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(slapd)
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

fn configuration(place: &Place, suffix: &str, folder: &Path, indexed: bool) -> String {
    let tls = place.data.join("tls");
    let mut text = String::new();
    for schema in ["core", "cosine", "inetorgperson"] {
        text.push_str(&format!("include /etc/ldap/schema/{schema}.schema\n"));
    }
    text.push_str(SCHEMA);
    text.push_str(&format!(
        "modulepath /usr/lib/ldap\nmoduleload back_mdb\nTLSCertificateFile {tls}/server.crt\nTLSCertificateKeyFile {tls}/server.key\n\
         sizelimit unlimited\ntimelimit unlimited\nthreads 4\n\
         database mdb\nmaxsize 4294967296\nsuffix \"{suffix}\"\nrootdn \"{ROOT}\"\nrootpw {PASSWORD}\ndirectory {folder}/db\nlastmod off\n",
        tls = tls.display(),
        folder = folder.display(),
    ));
    if indexed {
        text.push_str("index objectClass,uid,mail,cn,employeeNumber,mobile,telephoneNumber,uidNumber,gidNumber,memberOf,member,entryUUID eq\n");
    }
    text
}

/// What Debian's schemas lack, in the words of the box's own subschema.
const SCHEMA: &str = "\
attributetype ( 1.3.6.1.1.1.1.2 NAME 'gecos' EQUALITY caseIgnoreIA5Match SUBSTR caseIgnoreIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
attributetype ( 1.3.6.1.1.1.1.3 NAME 'homeDirectory' EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
attributetype ( 1.3.6.1.1.1.1.4 NAME 'loginShell' EQUALITY caseExactIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 SINGLE-VALUE )
attributetype ( 1.3.6.1.1.1.1.12 NAME 'memberUid' EQUALITY caseExactIA5Match SUBSTR caseExactIA5SubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )
attributetype ( 1.2.840.113556.1.2.102 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )
objectclass ( 1.3.6.1.1.1.2.0 NAME 'posixAccount' SUP top AUXILIARY MUST ( cn $ uid $ uidNumber $ gidNumber $ homeDirectory ) MAY ( loginShell $ gecos ) )
objectclass ( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top AUXILIARY MUST gidNumber MAY memberUid )
";

fn write(entry: &Entry, out: &mut Vec<u8>) {
    let mut line = |name: &str, value: &[u8]| {
        out.extend_from_slice(format!("{name}:: {}\n", STANDARD.encode(value)).as_bytes());
    };
    line("dn", entry.name.as_bytes());
    for (name, values) in &entry.attributes {
        if !MADE.contains(&name.as_str()) {
            values.iter().for_each(|value| line(name, value));
        }
    }
    out.push(b'\n');
}
