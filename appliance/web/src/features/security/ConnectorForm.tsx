import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../../api/query";
import { connectors } from "../../api/security";
import type { Connector, ConnectorSettings, NewConnector } from "../../api/types";
import { useDepartmentTree } from "../../api/useDepartmentTree";
import { useCommon } from "../../i18n/common";
import { FormDialog } from "../../i18n/FormDialog";
import { fieldFault, sentence, useProblems } from "../../i18n/problems";
import { useAct } from "../../i18n/useAct";
import { newId } from "../../lib/ids";
import { DepartmentPicker, type PickedDepartment } from "../../ui/DepartmentPicker";
import { Check, TextField } from "../../ui/Field";
import { toast } from "../../ui/Toast";
import { useTexts } from "./texts";

/** As the box knows them (connectors::ATTRIBUTES); names of LDAP, the same in every language. */
const ATTRIBUTES = [
  "displayName",
  "initials",
  "title",
  "mail",
  "telephoneNumber",
  "mobile",
  "employeeNumber",
  "ou",
  "departmentNumber",
  "manager",
  "jpegPhoto",
  "physicalDeliveryOfficeName",
  "memberOf",
  "uidNumber",
  "gidNumber",
  "homeDirectory",
  "loginShell",
  "gecos",
];

const FRESH: ConnectorSettings = {
  networks: [],
  entries: 1000,
  seconds: 30,
  connections: 16,
  departments: [],
  attributes: [],
  checks_passwords: false,
  password_suffices: false,
  changes_passwords: false,
};

interface Props {
  /** Null: a new one. */
  connector: Connector | null;
  onClose: () => void;
  onMade: (made: NewConnector) => void;
}

export function ConnectorForm({ connector, onClose, onMade }: Props) {
  const t = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const [cid] = useState(newId);
  const [name, setName] = useState(connector?.name ?? "");
  const [networks, setNetworks] = useState(connector?.settings.networks.join(" ") ?? "");
  const [settings, setSettings] = useState(connector?.settings ?? FRESH);
  const { busy, problem, run } = useAct();
  const change = (part: Partial<ConnectorSettings>) => setSettings({ ...settings, ...part });
  const count = (text: string) => Number.parseInt(text, 10) || 0;
  const save = async () => {
    const whole = { ...settings, networks: networks.split(/[\s,，、]+/).filter(Boolean) };
    if (connector) {
      await connectors.edit(connector.id, whole);
      toast(t.connectorSaved, "ok");
    } else {
      onMade(await connectors.create(cid, name.trim(), whole));
    }
    await client.invalidateQueries({ queryKey: keys.connectors });
    onClose();
  };
  const fault = (field: string) => fieldFault(problem, field, problems);
  const shown = ["name", "networks", "entries", "seconds", "connections"];
  return (
    <FormDialog
      title={connector ? t.connectorEdit(connector.name) : t.connectorNew}
      act={connector ? t.connectorSave : t.connectorNew}
      busy={busy}
      ready={name.trim() !== "" && networks.trim() !== ""}
      onClose={onClose}
      onSubmit={() => void run(save)}
    >
      {connector ? null : (
        <TextField label={t.connectorName} help={t.connectorNameHelp} required maxLength={64} value={name} onValue={setName} fault={fault("name")} />
      )}
      <TextField label={t.connectorNetworks} help={t.connectorNetworksHelp} required placeholder="10.1.0.0/16" value={networks} onValue={setNetworks} fault={fault("networks")} />
      <TextField label={t.connectorEntries} type="number" min={1} max={1000000} value={String(settings.entries)} onValue={(text) => change({ entries: count(text) })} fault={fault("entries")} />
      <TextField label={t.connectorSeconds} type="number" min={1} max={600} value={String(settings.seconds)} onValue={(text) => change({ seconds: count(text) })} fault={fault("seconds")} />
      <TextField label={t.connectorConnections} type="number" min={1} max={512} value={String(settings.connections)} onValue={(text) => change({ connections: count(text) })} fault={fault("connections")} />
      <Check checked={settings.checks_passwords} onChange={(event) => change({ checks_passwords: event.target.checked, changes_passwords: false, password_suffices: false })}>
        {t.connectorChecks}
      </Check>
      <Check checked={settings.changes_passwords} disabled={!settings.checks_passwords} onChange={(event) => change({ changes_passwords: event.target.checked })}>
        {t.connectorChanges}
      </Check>
      <Check checked={settings.password_suffices} disabled={!settings.checks_passwords} onChange={(event) => change({ password_suffices: event.target.checked })}>
        {t.connectorSuffices}
      </Check>
      <Attributes picked={settings.attributes} onPicked={(attributes) => change({ attributes })} />
      <Departments picked={settings.departments} onPicked={(departments) => change({ departments })} />
      {problem && !shown.includes(problem.field ?? "") ? (
        <p className="fault" role="alert">
          {sentence(problem, problems)}
        </p>
      ) : null}
    </FormDialog>
  );
}

function Attributes({ picked, onPicked }: { picked: string[]; onPicked: (picked: string[]) => void }) {
  const t = useTexts();
  const toggle = (name: string) => onPicked(picked.includes(name) ? picked.filter((one) => one !== name) : [...picked, name]);
  return (
    <fieldset className="field">
      <legend className="label">{t.connectorAttributes}</legend>
      {ATTRIBUTES.map((name) => (
        <Check key={name} checked={picked.includes(name)} onChange={() => toggle(name)}>
          <span className="mono">{name}</span>
        </Check>
      ))}
    </fieldset>
  );
}

function Departments({ picked, onPicked }: { picked: string[]; onPicked: (picked: string[]) => void }) {
  const t = useTexts();
  const common = useCommon();
  const tree = useDepartmentTree(picked[0], "whole");
  const nameOf = (id: string) => tree.rows.find((row) => row.department.id === id)?.department.name ?? id;
  const named: PickedDepartment[] = picked.map((id) => ({ id, name: nameOf(id) }));
  return (
    <div className="field">
      <span className="label">{t.connectorDepartments}</span>
      <DepartmentPicker
        label={t.connectorDepartments}
        rows={tree.rows.map((row) => ({ id: row.department.id, level: row.level, label: row.department.name, open: row.open }))}
        onToggle={tree.toggle}
        picked={named}
        onPicked={(next) => onPicked(next.map((one) => one.id))}
        nameOf={nameOf}
        removeLabel={common.pick.remove}
        mainLabel={t.connectorFirst}
      />
    </div>
  );
}
