import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useHotkey } from "../../lib/hotkeys";
import { paths } from "../../lib/paths";
import { remember, remembered } from "../../lib/device";
import { useNarrow, usePhone, useTitle } from "../../lib/react";
import { Button } from "../../ui/Button";
import { Panes } from "../../ui/Panes";
import { Empty } from "../../ui/Surface";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { ConversationSide } from "./ConversationSide";
import "./im.css";
import { NewConversation } from "./NewConversation";
import { fetchConversation } from "./store/load";
import { im, ordered, useIm } from "./store/store";
import { useTexts } from "./texts";
import { titleOf } from "./words";

/** Messages: the list, the conversation, what is known about it. */
export default function Messages({ params }: { params: Record<string, string | undefined> }) {
  const t = useTexts();
  const id = params["conversation"];
  const seq = params["message"] ? Number(params["message"]) : undefined;
  const conversation = useIm((state) => (id ? state.conversations[id] : undefined));
  const [starting, setStarting] = useState(false);
  const [side, setSide] = useSide();
  const phone = usePhone();
  useNeighbours(id);
  const missing = useMissing(id, conversation !== undefined);
  useTitle(conversation ? titleOf(conversation, t) : t.title);
  const showSide = side && conversation !== undefined;
  return (
    <Panes show={!id ? "list" : showSide && phone ? "side" : "main"}>
      <ConversationList current={id} onNew={() => setStarting(true)} />
      <main className="pane-main">
        {conversation ? (
          <Conversation key={conversation.id} conversation={conversation} target={seq} sideOpen={showSide} onSide={() => setSide(!side)} />
        ) : id && missing ? (
          <Empty icon="eye-off" title={t.gone}>
            {t.goneText}
          </Empty>
        ) : id ? null : (
          <Empty
            icon="chat"
            title={t.choose}
            actions={
              <Button look="primary" icon="edit" onClick={() => setStarting(true)}>
                {t.newConversation}
              </Button>
            }
          >
            {t.chooseText}
          </Empty>
        )}
      </main>
      {showSide ? <ConversationSide key={conversation.id} conversation={conversation} onClose={() => setSide(false)} /> : null}
      <Starting open={starting} onClose={() => setStarting(false)} />
    </Panes>
  );
}

function Starting({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [, navigate] = useLocation();
  if (!open) return null;
  return (
    <NewConversation
      onClose={onClose}
      onStarted={(id) => {
        onClose();
        navigate(paths.conversation(id));
      }}
    />
  );
}

/** Alt with the arrows goes to the conversation above or below, wherever the focus is. */
function useNeighbours(id: string | undefined): void {
  const [, navigate] = useLocation();
  const go = useCallback(
    (event: KeyboardEvent, step: number) => {
      const ids = ordered(im().conversations).map((one) => one.id);
      const next = ids[ids.indexOf(id ?? "") + step];
      if (!next) return;
      event.preventDefault();
      navigate(paths.conversation(next));
    },
    [id, navigate],
  );
  useHotkey("alt+arrowup", useCallback((event: KeyboardEvent) => go(event, -1), [go]));
  useHotkey("alt+arrowdown", useCallback((event: KeyboardEvent) => go(event, 1), [go]));
}

/** Open or not is remembered; where the panel lies over the page it begins closed. */
function useSide(): [boolean, (open: boolean) => void] {
  const narrow = useNarrow();
  const [open, setOpen] = useState(() => !narrow && remembered("panel") !== "closed");
  useEffect(() => {
    if (narrow) setOpen(false);
  }, [narrow]);
  const set = (next: boolean) => {
    setOpen(next);
    if (!narrow) remember("panel", next ? "open" : "closed");
  };
  return [open, set];
}

/** True once the server has said that this conversation is not ours. */
function useMissing(id: string | undefined, known: boolean): boolean {
  const ready = useIm((state) => state.ready);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    if (!id || known || !ready || asked === id) return;
    void fetchConversation(id).finally(() => setAsked(id));
  }, [id, known, ready, asked]);
  return asked === id && !known;
}
