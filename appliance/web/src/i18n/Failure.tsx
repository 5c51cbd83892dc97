import { asProblem } from "../api/problems";
import { Button } from "../ui/Button";
import { Empty } from "../ui/Surface";
import { toast } from "../ui/Toast";
import { useCommon } from "./common";
import { diagnosis, sentence, useProblems } from "./problems";

/** What a list shows that could not be loaded: what happened, in the reader's language, and the way on. */
export function Failure({ error, title, onRetry }: { error: unknown; title: string; onRetry: () => void }) {
  const common = useCommon();
  const problems = useProblems();
  const problem = asProblem(error);
  const closed = problem.code === "not-found" || problem.code === "forbidden";
  const copy = () => void navigator.clipboard.writeText(diagnosis(problem)).then(() => toast(common.copied, "ok"));
  return (
    <Empty
      alert
      icon={closed ? "eye-off" : "alert"}
      {...(closed ? {} : { tone: "danger" as const })}
      title={title}
      actions={
        <>
          <Button look="primary" icon="refresh" onClick={onRetry}>
            {common.retry}
          </Button>
          <Button look="quiet" icon="copy" onClick={copy}>
            {common.copyDiagnosis}
          </Button>
        </>
      }
    >
      {sentence(problem, problems)}
    </Empty>
  );
}
