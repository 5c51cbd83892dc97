//! One page: its content stream, and the forms it draws.

use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{
    font::{Font, Fonts},
    layout::{Layout, Matrix},
    syntax::{Scanner, Token},
};
use crate::{extract::sink::Sink, limits};

pub(super) fn read(document: &Document, page: ObjectId, fonts: &mut Fonts, sink: &mut Sink) {
    // A page that cannot be unpacked is left out; the others count.
    let Ok(content) = document.get_page_content_with_limit(page, limits::PDF_CONTENT_BYTES) else { return };
    let Some(resources) = resources(document, page) else { return };
    let mut reader = PageReader { document, fonts, layout: Layout::new(sink), forms_left: limits::PDF_FORMS };
    reader.run(&content, resources, Matrix::UNIT, 0);
}

/// The page's own, or the nearest above it.
fn resources(document: &Document, page: ObjectId) -> Option<&Dictionary> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..limits::XML_DEPTH {
        if let Ok(resources) = node.get_deref(b"Resources", document).and_then(Object::as_dict) {
            return Some(resources);
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}

struct PageReader<'a> {
    document: &'a Document,
    fonts: &'a mut Fonts,
    layout: Layout<'a>,
    forms_left: usize,
}

/// What `q` saves.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_gap: f64,
    word_gap: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// Saved states; more are not saved.
const SAVED: usize = 256;
/// Operands of one operator.
const OPERANDS: usize = 64;

impl PageReader<'_> {
    fn run(&mut self, content: &[u8], resources: &Dictionary, page: Matrix, depth: usize) {
        let mut state =
            State { page, font: None, size: 1.0, char_gap: 0.0, word_gap: 0.0, stretch: 1.0, leading: 0.0, rise: 0.0 };
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (Matrix::UNIT, Matrix::UNIT);
        let mut scanner = Scanner::new(content);
        let mut operands: Vec<Token> = Vec::new();
        while let Some(token) = scanner.token() {
            let Token::Word(word) = token else {
                if operands.len() < OPERANDS {
                    operands.push(token);
                }
                continue;
            };
            if self.layout.sink.is_full() {
                return;
            }
            let n = |at: usize| number(&operands, at);
            match word.as_slice() {
                b"q" if saved.len() < SAVED => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => state.page = matrix(&operands).then(state.page),
                b"BT" => (text, line) = (Matrix::UNIT, Matrix::UNIT),
                b"Tf" => self.font(&operands, resources, &mut state),
                b"Tc" => state.char_gap = n(0),
                b"Tw" => state.word_gap = n(0),
                b"Tz" => state.stretch = n(0) / 100.0,
                b"TL" => state.leading = n(0),
                b"Ts" => state.rise = n(0),
                b"Tm" => {
                    line = matrix(&operands);
                    text = line;
                }
                b"Td" | b"TD" => {
                    if word == b"TD" {
                        state.leading = -n(1);
                    }
                    line = Matrix::shift(n(0), n(1)).then(line);
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    if word == b"\"" {
                        (state.word_gap, state.char_gap) = (n(0), n(1));
                    }
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                    operands.last().into_iter().for_each(|string| self.show(string, &state, &mut text));
                }
                b"Tj" | b"TJ" => operands.last().into_iter().for_each(|string| self.show(string, &state, &mut text)),
                b"Do" => self.form(&operands, resources, &state, depth),
                b"ID" => scanner.skip_picture(),
                _ => {}
            }
            operands.clear();
        }
    }

    fn font(&mut self, operands: &[Token], resources: &Dictionary, state: &mut State) {
        let [.., Token::Name(name), Token::Number(size)] = operands else { return };
        let fonts = resources.get_deref(b"Font", self.document).and_then(Object::as_dict);
        state.font = fonts.and_then(|fonts| fonts.get(name)).ok().and_then(|font| self.fonts.get(self.document, font));
        state.size = *size;
    }

    fn show(&mut self, token: &Token, state: &State, text: &mut Matrix) {
        match token {
            Token::Text(bytes) => self.string(bytes, state, text),
            Token::Array(list) => {
                for item in list {
                    match item {
                        Token::Text(bytes) => self.string(bytes, state, text),
                        Token::Number(back) => {
                            *text = Matrix::shift(-back / 1000.0 * state.size * state.stretch, 0.0).then(*text)
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn string(&mut self, bytes: &[u8], state: &State, text: &mut Matrix) {
        let Some(font) = &state.font else { return };
        font.glyphs(bytes, &mut |glyph| {
            let scale = Matrix([state.size * state.stretch, 0.0, 0.0, state.size, 0.0, state.rise]);
            let width = glyph.width / 1000.0;
            self.layout.glyph(&glyph.text, scale.then(*text).then(state.page), width);
            let gap = state.char_gap + if glyph.is_space { state.word_gap } else { 0.0 };
            *text = Matrix::shift((width * state.size + gap) * state.stretch, 0.0).then(*text);
        });
    }

    fn form(&mut self, operands: &[Token], resources: &Dictionary, state: &State, depth: usize) {
        let [.., Token::Name(name)] = operands else { return };
        if depth >= limits::PDF_FORM_DEPTH || self.forms_left == 0 {
            return;
        }
        let document = self.document;
        let objects = resources.get_deref(b"XObject", document).and_then(Object::as_dict);
        let Ok(form) = objects.and_then(|objects| objects.get_deref(name, document)).and_then(Object::as_stream) else { return };
        if form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|subtype| subtype != b"Form") {
            return;
        }
        self.forms_left -= 1;
        let content = form.decompressed_content_with_limit(limits::PDF_CONTENT_BYTES).unwrap_or_default();
        let inner = form.dict.get_deref(b"Resources", document).and_then(Object::as_dict).unwrap_or(resources);
        let own = form.dict.get_deref(b"Matrix", document).and_then(Object::as_array);
        let own = own.map_or(Matrix::UNIT, |list| {
            let mut six = Matrix::UNIT;
            for (slot, item) in six.0.iter_mut().zip(list) {
                *slot = item.as_float().map_or(*slot, f64::from);
            }
            six
        });
        self.run(&content, inner, own.then(state.page), depth + 1);
    }
}

fn number(operands: &[Token], at: usize) -> f64 {
    match operands.get(at) {
        Some(Token::Number(number)) => *number,
        _ => 0.0,
    }
}

fn matrix(operands: &[Token]) -> Matrix {
    let mut six = [0.0; 6];
    for (at, slot) in six.iter_mut().enumerate() {
        *slot = number(operands, at);
    }
    Matrix(six)
}
