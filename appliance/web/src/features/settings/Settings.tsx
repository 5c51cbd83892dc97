import { Link } from "wouter";
import type { SettingsSection } from "../../lib/paths";
import { paths } from "../../lib/paths";
import { usePhone, useTitle } from "../../lib/react";
import { Icon, type IconName } from "../../ui/Icon";
import { Panes } from "../../ui/Panes";
import { Account } from "./Account";
import { AppPasswords } from "./AppPasswords";
import { Appearance } from "./Appearance";
import { SecondFactors } from "./SecondFactors";
import { MyData } from "./data/MyData";
import { Sessions } from "./Sessions";
import "./settings.css";
import { useTexts } from "./texts";

const SECTIONS: { key: SettingsSection; icon: IconName; page: () => React.ReactNode }[] = [
  { key: "account", icon: "person", page: () => <Account /> },
  { key: "sign-in", icon: "shield", page: () => <SecondFactors /> },
  { key: "sessions", icon: "server", page: () => <Sessions /> },
  { key: "app-passwords", icon: "key", page: () => <AppPasswords /> },
  { key: "my-data", icon: "doc", page: () => <MyData /> },
  { key: "appearance", icon: "sun", page: () => <Appearance /> },
];

/** One's own account, devices, app passwords, look. */
export default function Settings({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  const phone = usePhone();
  const asked = SECTIONS.find((one) => one.key === params["section"]);
  const section = asked ?? SECTIONS[0];
  useTitle(section ? t.sections[section.key] : t.title);
  return (
    <Panes show={asked ? "main" : "list"}>
      <nav className="pane-list" aria-label={t.title}>
        <header className="pane-head">
          <span className="pane-title">{t.title}</span>
        </header>
        <div className="pane-body">
          <div className="tree">
            {SECTIONS.map((one) => (
              <Link
                key={one.key}
                href={paths.settings(one.key)}
                className={one === section && !phone ? "tree-row settings-row is-on" : "tree-row settings-row"}
                aria-current={one === section ? "page" : undefined}
              >
                <Icon name={one.icon} />
                <span className="tree-text">{t.sections[one.key]}</span>
                {phone ? <Icon name="right" size={16} /> : null}
              </Link>
            ))}
          </div>
        </div>
      </nav>
      <main className="pane-main">
        <header className="pane-head">
          {phone ? (
            <Link className="btn btn-icon touch" href="/settings" aria-label={t.title}>
              <Icon name="left" />
            </Link>
          ) : null}
          <h1 className="pane-title">{section ? t.sections[section.key] : t.title}</h1>
        </header>
        <div className="pane-body settings-body">{section?.page()}</div>
      </main>
    </Panes>
  );
}
