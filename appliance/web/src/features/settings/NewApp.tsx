import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { encode } from "uqr";
import { me } from "../../api/session";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { saveText } from "../../lib/save";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { Banner } from "../../ui/Surface";
import { useRefreshFactors } from "./SecondFactors";
import { useTexts } from "./texts";

/** An authenticator app: the secret to scan, the first code, the recovery codes. */
export function NewApp({ onClose }: { onClose: () => void }) {
  const t = useTexts();
  const problems = useProblems();
  const refresh = useRefreshFactors();
  // Each opening of this dialog begins anew.
  const [attempt] = useState(newId);
  const secret = useQuery({ queryKey: ["new-totp", attempt], queryFn: me.beginTotp, staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false });
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[] | null>(null);
  const { busy, problem, run } = useAct();
  const confirm = async () => setCodes((await me.confirmTotp(code.replace(/\s/g, ""))).codes);
  const done = () => {
    onClose();
    void refresh();
  };
  if (codes) return <Codes codes={codes} onClose={done} />;
  return (
    <FormDialog title={t.appSetUp} act={t.appConfirm} busy={busy} ready={code.trim() !== "" && Boolean(secret.data)} onClose={onClose} onSubmit={() => void run(confirm)}>
      {secret.error ? <Failure error={secret.error} title={t.factorsFailed} onRetry={() => void secret.refetch()} /> : null}
      {secret.data ? (
        <div className="totp-setup">
          <Qr text={secret.data.uri} label={t.appScan} />
          <div className="stack gap-16">
            <p>{t.appScan}</p>
            <p className="meta">
              {t.appType} <span className="mono totp-secret">{secret.data.secret.replace(/(.{4})(?=.)/g, "$1 ")}</span>
            </p>
            <TextField
              label={t.appFirstCode}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
              maxLength={7}
              value={code}
              onValue={setCode}
              fault={fieldFault(problem, "code", problems) ?? (problem ? sentence(problem, problems) : undefined)}
            />
          </div>
        </div>
      ) : null}
    </FormDialog>
  );
}

/** Shown once. */
export function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const save = () => saveText("holdfast-recovery-codes.txt", `${t.recoveryFile(location.hostname)}\n\n${codes.join("\n")}\n`);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t.recovery}
      closeLabel={common.close}
      foot={
        <>
          <Button icon="download" onClick={save}>
            {t.recoverySave}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t.recoveryKept}
          </Button>
        </>
      }
    >
      <div className="stack gap-16">
        <Banner tone="warn" icon="alert">
          {t.recoveryOnce}
        </Banner>
        <ul className="codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

/** One path of unit squares: no markup out of strings, nothing inline. */
function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const made = encode(text, { border: 0 });
    const squares = made.data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")));
    return { size: made.size, path: squares.join("") };
  }, [text]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} fill="#000" />
    </svg>
  );
}
