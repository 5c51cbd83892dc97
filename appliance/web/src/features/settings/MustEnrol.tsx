import { useState } from "react";
import { passkeysWork } from "../../api/passkeys";
import type { Factor } from "../../api/types";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Banner } from "../../ui/Surface";
import { NewApp } from "./NewApp";
import { NewPasskey } from "./SecondFactors";
import "./settings.css";
import { useTexts } from "./texts";

/** More than a password is asked for, and the person has no more yet: nothing else is open before they have made it. */
export default function MustEnrol({ lacks, onSignOut }: { lacks: Factor; onSignOut: () => void }) {
  const t = useTexts();
  const [making, setMaking] = useState<"passkey" | "app" | null>(null);
  useTitle(t.mustEnrol);
  const close = () => setMaking(null);
  return (
    <div className="sign">
      <span />
      <main className="sign-card">
        <div className="stack gap-16">
          <div>
            <h1 className="sign-h">{t.mustEnrol}</h1>
            <p className="soft">{t.required[lacks === "passkey" ? "passkey" : "second-factor"]}</p>
          </div>
          {passkeysWork() ? (
            <Button icon="key" look="primary" large block onClick={() => setMaking("passkey")}>
              {t.passkeyAdd}
            </Button>
          ) : (
            <Banner tone="warn" icon="alert">
              {t.passkeysNot}
            </Banner>
          )}
          {lacks === "passkey" ? null : (
            <Button icon="phone" large block onClick={() => setMaking("app")}>
              {t.appSetUp}
            </Button>
          )}
          <Button look="quiet" block onClick={onSignOut}>
            {t.signOut}
          </Button>
        </div>
      </main>
      {making === "passkey" ? <NewPasskey onClose={close} /> : null}
      {making === "app" ? <NewApp onClose={close} /> : null}
    </div>
  );
}
