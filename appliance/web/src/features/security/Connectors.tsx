import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { connectors } from "../../api/security";
import type { Connector, NewConnector } from "../../api/types";
import { useCommon } from "../../i18n/common";
import { Failure } from "../../i18n/Failure";
import { useToldAct } from "../../i18n/useAct";
import { useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Confirm } from "../../ui/Confirm";
import { Copyable } from "../../ui/Copyable";
import { Dialog } from "../../ui/Dialog";
import { PageBar } from "../../ui/PageBar";
import { Banner } from "../../ui/Surface";
import { toast } from "../../ui/Toast";
import { ConnectorForm } from "./ConnectorForm";
import { useTexts } from "./texts";

/** Programs that ask the directory over LDAP: making, changing, a new secret, revoking. */
export default function Connectors() {
  const t = useTexts();
  useTitle(t.connectors);
  const list = useQuery({ queryKey: keys.connectors, queryFn: connectors.list });
  const [editing, setEditing] = useState<Connector | "new" | null>(null);
  const [made, setMade] = useState<NewConnector | null>(null);
  const all = list.data?.items ?? [];
  return (
    <>
      <PageBar title={t.connectors} sub={t.connectorsSub} />
      <main className="con-body">
        {list.error ? (
          <Failure error={list.error} title={t.connectorsFailed} onRetry={() => void list.refetch()} />
        ) : (
          <div className="con-page stack gap-16">
            <section className="card">
              <div className="card-head">
                <h2>{t.connectors}</h2>
                <span className="meta grow">{all.length}</span>
                <Button small look="primary" onClick={() => setEditing("new")}>
                  {t.connectorNew}
                </Button>
              </div>
              {list.data && all.length === 0 ? <p className="card-body soft">{t.connectorsNone}</p> : null}
              {all.length > 0 ? <Table all={all} onEdit={setEditing} onMade={setMade} /> : null}
            </section>
          </div>
        )}
      </main>
      {editing ? <ConnectorForm connector={editing === "new" ? null : editing} onClose={() => setEditing(null)} onMade={setMade} /> : null}
      {made ? <Made made={made} onClose={() => setMade(null)} /> : null}
    </>
  );
}

interface Acts {
  onEdit: (connector: Connector) => void;
  onMade: (made: NewConnector) => void;
}

function Table({ all, ...acts }: { all: Connector[] } & Acts) {
  const t = useTexts();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t.connectorName}</th>
          <th scope="col">{t.connectorFrom}</th>
          <th scope="col" className="hide-phone">{t.connectorSeesHead}</th>
          <th scope="col" className="hide-phone">{t.connectorPasswords}</th>
          <th scope="col"><span className="sr-only">{t.connectorActs}</span></th>
        </tr>
      </thead>
      <tbody>
        {all.map((one) => (
          <Row key={one.id} connector={one} {...acts} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ connector, onEdit, onMade }: { connector: Connector } & Acts) {
  const t = useTexts();
  const common = useCommon();
  const client = useQueryClient();
  const { run } = useToldAct();
  const [asking, setAsking] = useState<"renew" | "revoke" | null>(null);
  const { settings } = connector;
  const passwords = settings.changes_passwords ? "changes" : settings.checks_passwords ? "checks" : "none";
  const again = () => client.invalidateQueries({ queryKey: keys.connectors });
  const renew = async () => {
    onMade(await connectors.renew(connector.id));
    await again();
  };
  const revoke = async () => {
    await connectors.remove(connector.id);
    toast(t.connectorRevoked, "ok");
    await again();
  };
  return (
    <tr>
      <td>
        <span className="truncate">{connector.name}</span>
      </td>
      <td className="mono">{settings.networks.join(" ")}</td>
      <td className="soft hide-phone">{t.connectorSees(settings.departments.length, settings.attributes.length)}</td>
      <td className="soft hide-phone">{t.connectorPassword[passwords]}</td>
      <td className="r">
        <span className="cluster">
          <Button small onClick={() => onEdit(connector)}>
            {t.connectorChange}
          </Button>
          <Button small onClick={() => setAsking("renew")}>
            {t.connectorRenew}
          </Button>
          <Button small look="danger" onClick={() => setAsking("revoke")}>
            {t.connectorRevoke}
          </Button>
        </span>
        <Confirm open={asking === "renew"} danger title={t.connectorRenewTitle(connector.name)} act={t.connectorRenew} cancel={common.cancel} onClose={() => setAsking(null)} onConfirm={() => run(renew)}>
          {t.connectorRenewText}
        </Confirm>
        <Confirm open={asking === "revoke"} danger title={t.connectorRevokeTitle(connector.name)} act={t.connectorRevoke} cancel={common.cancel} onClose={() => setAsking(null)} onConfirm={() => run(revoke)}>
          {t.connectorRevokeText}
        </Confirm>
      </td>
    </tr>
  );
}

function Made({ made, onClose }: { made: NewConnector; onClose: () => void }) {
  const t = useTexts();
  const common = useCommon();
  const lines: [string, string][] = [
    [t.connectorBind, made.connector.bind_name],
    [t.connectorSecret, made.secret],
  ];
  return (
    <Dialog open onClose={onClose} title={t.connectorMade} closeLabel={common.close} foot={<Button look="primary" onClick={onClose}>{common.close}</Button>}>
      <div className="stack gap-16">
        <Banner tone="warn" icon="alert">
          {t.connectorOnce}
        </Banner>
        <Copyable lines={lines} copy={t.copy} copied={t.copied} />
      </div>
    </Dialog>
  );
}
