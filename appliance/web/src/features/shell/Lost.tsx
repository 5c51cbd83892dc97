import { Component, type ReactNode } from "react";
import { Link } from "wouter";
import { Failure } from "../../i18n/Failure";
import { paths } from "../../lib/paths";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Empty } from "../../ui/Surface";
import { useTexts } from "./texts";

/** An address that no page has. */
export function NotFound() {
  const t = useTexts();
  useTitle(t.notFound);
  return (
    <main className="pane-main grow">
      <Empty icon="search" title={t.notFound} actions={<BackLink />}>
        {t.notFoundText}
      </Empty>
    </main>
  );
}

/** A page of a role that one does not hold. */
export function NotYours() {
  const t = useTexts();
  return (
    <main className="pane-main grow">
      <Empty icon="eye-off" title={t.forRoles} actions={<BackLink />}>
        {t.forRolesText}
      </Empty>
    </main>
  );
}

function BackLink() {
  const t = useTexts();
  return (
    <Link className="btn" href={paths.messages()}>
      {t.toMessages}
    </Link>
  );
}

/** The box did not answer at the very beginning: nothing can be shown yet. Asking goes on by itself. */
export function NoBox({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTexts();
  useTitle(t.noBox);
  return (
    <main className="no-box">
      <Failure error={error} title={t.noBox} onRetry={onRetry} />
    </main>
  );
}

/** One page that fails must not take the others along. `place` changes when the reader goes elsewhere. `quiet`: it is no page. */
export class Fence extends Component<{ place: string; quiet?: boolean; children: ReactNode }, { broken: boolean; place: string }> {
  override state = { broken: false, place: this.props.place };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  static getDerivedStateFromProps(props: { place: string }, state: { place: string }) {
    return props.place === state.place ? null : { broken: false, place: props.place };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return this.props.quiet ? null : <Broken />;
  }
}

function Broken() {
  const t = useTexts();
  return (
    <main className="pane-main grow">
      <Empty alert icon="alert" tone="danger" title={t.broken} actions={<Button look="primary" onClick={() => location.reload()}>{t.reload}</Button>}>
        {t.brokenText}
      </Empty>
    </main>
  );
}
