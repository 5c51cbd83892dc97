import { useState } from "react";
import { administration } from "../../api/directory";
import type { NewEnrolment, PersonCard } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { useFormat } from "../../i18n/format";
import { sentence, useProblems } from "../../i18n/problems";
import { FormDialog } from "../../i18n/FormDialog";
import { useAct } from "../../i18n/useAct";
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
  const { busy, problem, run } = useAct();
  const issue = () => run(async () => setIssued(await administration.issueCode(person.uid)));
  if (!issued) {
    return (
      <FormDialog size="sm" title={t.issueCodeTitle(person.name)} act={t.issueCode} busy={busy} onClose={onClose} onSubmit={() => void issue()}>
        {problem ? (
          <Banner tone="danger" icon="alert-circle">
            {sentence(problem, problems)}
          </Banner>
        ) : null}
        <p className="soft">{t.issueCodeText}</p>
      </FormDialog>
    );
  }
  return (
    <Dialog open size="sm" onClose={onClose} title={t.issueCodeTitle(person.name)} closeLabel={common.close} foot={<Button look="primary" onClick={onClose}>{common.close}</Button>}>
      <div className="stack gap-16">
        <Banner tone="warn" icon="alert">
          {t.codeOnce(format.exact(issued.expires_at).slice(0, 16))}
        </Banner>
        <Copyable
          lines={[
            [t.codePage, `${location.origin}${paths.enrol()}`],
            [t.code, issued.code],
          ]}
          copy={common.copy}
          copied={common.copied}
        />
      </div>
    </Dialog>
  );
}
