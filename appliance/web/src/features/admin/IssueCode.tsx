import { useState } from "react";
import { administration } from "../../api/directory";
import { asProblem, type Problem } from "../../api/problems";
import type { NewEnrolment, PersonCard } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { paths } from "../../lib/paths";
import { Button } from "../../ui/Button";
import { Copyable } from "../../ui/Copyable";
import { Dialog } from "../../ui/Dialog";
import { Banner } from "../../ui/Surface";
import { useTexts } from "./texts";

/** A one-time code with which a person chooses a password: shown once, to be handed over. */
export function IssueCode({ person, onClose }: { person: PersonCard; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const format = useFormat();
  const problems = useProblems();
  const [issued, setIssued] = useState<NewEnrolment | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const issue = async () => {
    setBusy(true);
    setProblem(null);
    await administration.issueCode(person.uid).then(setIssued, (error: unknown) => setProblem(asProblem(error)));
    setBusy(false);
  };
  return (
    <Dialog
      open
      size="sm"
      onClose={onClose}
      title={t.issueCodeTitle(person.name)}
      closeLabel={common.close}
      onSubmit={issued ? onClose : () => void issue()}
      foot={
        issued ? (
          <Button type="submit" look="primary">
            {common.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={busy}>
              {t.issueCode}
            </Button>
          </>
        )
      }
    >
      <div className="stack gap-16">
        {problem ? (
          <Banner tone="danger" icon="alert-circle">
            {sentence(problem, problems)}
          </Banner>
        ) : null}
        {issued ? (
          <>
            <Banner tone="warn" icon="alert">
              {t.codeOnce(format.exact(issued.expires_at).slice(0, 16))}
            </Banner>
            <Copyable
              lines={[
                [t.codePage, `${location.origin}${paths.enrol()}`],
                [t.code, issued.code],
              ]}
              copy={t.copy}
              copied={t.copied}
            />
          </>
        ) : (
          <p className="soft">{t.issueCodeText}</p>
        )}
      </div>
    </Dialog>
  );
}
