import { useEffect, useLayoutEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { isComposing } from "../../lib/ime";
import { usePhone } from "../../lib/react";
import { Button, IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { MentionList, useMention } from "./Mention";
import { draftOf, keepDraft } from "./store/drafts";
import { sendFile, sendText } from "./store/outbox";
import { tellTyping } from "./store/start";
import { useIm, type Held, type Typist } from "./store/store";
import { useTexts } from "./texts";
import { titleOf } from "./words";

/** The server's bound for one message. */
const MOST_CHARACTERS = 20_000;

export function Composer({ conversation }: { conversation: Held }) {
  const t = useTexts();
  const phone = usePhone();
  const { id } = conversation;
  const [text, setText] = useState(() => draftOf(id));
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  useGrow(box, text);
  const change = (next: string) => {
    setText(next);
    keepDraft(id, next);
    if (next !== "") tellTyping(id);
  };
  const mention = useMention(conversation, box, text, change);
  const tooLong = [...text].length > MOST_CHARACTERS;
  const ready = text.trim() !== "" && !tooLong;
  const send = () => {
    if (!ready) return;
    sendText(id, text.trim());
    setText("");
    keepDraft(id, "");
    box.current?.focus();
  };
  const onKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event) || mention.onKey(event)) return;
    // On a phone Enter is a new line: there is a button for sending.
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !phone) {
      event.preventDefault();
      send();
    }
  };
  const attach = (files: Iterable<File>) => {
    for (const file of files) sendFile(id, file);
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    attach(files);
  };
  useEffect(() => {
    if (!phone) box.current?.focus();
  }, [id, phone]);
  return (
    <footer className="composer">
      <Typing conversation={id} />
      <div className="compose-box">
        <MentionList {...mention} />
        <textarea
          ref={box}
          className="compose-text"
          rows={1}
          value={text}
          aria-label={t.compose(titleOf(conversation, t))}
          placeholder={phone ? t.composeShort : t.compose(titleOf(conversation, t))}
          aria-invalid={tooLong || undefined}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKey}
          onSelect={mention.onSelect}
          onPaste={onPaste}
        />
        <div className="compose-bar">
          <IconButton small icon="clip" label={t.attach} onClick={() => picker.current?.click()} />
          {conversation.kind === "group" ? <IconButton small icon="at" label={t.mention} onClick={mention.begin} /> : null}
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              attach(event.target.files ?? []);
              event.target.value = "";
            }}
          />
          {tooLong ? <span className="fault end">{t.tooLong(MOST_CHARACTERS)}</span> : <span className="end meta hide-narrow">{t.sendHint}</span>}
          <Button look="primary" small className="btn-icon send" aria-label={t.send} title={t.send} disabled={!ready} onClick={send}>
            <Icon name="send" size={16} />
          </Button>
        </div>
      </div>
    </footer>
  );
}

/** As high as the text, up to two fifths of the screen (CSS holds that bound). */
function useGrow(box: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [box, text]);
}

const NOBODY: readonly Typist[] = [];

function Typing({ conversation }: { conversation: string }) {
  const t = useTexts();
  const typists = useIm((state) => state.typing[conversation]) ?? NOBODY;
  const names = typists.map((one) => one.person.name);
  return (
    <div className="typing" role="status">
      {names.length > 0 ? (
        <>
          <i />
          <i />
          <i />
          <span>{names.length > 2 ? t.typingMany(names.length) : t.typing(names.join(t.separator))}</span>
        </>
      ) : null}
    </div>
  );
}
