//! Shapes of API.md, "Search". Ranges count UTF-16 code units, as JavaScript does.

use holdfast_base::{ConversationId, Timestamp};
use holdfast_directory::{PersonRef, views::Person};
use holdfast_drive::{Node, PathItem};
use holdfast_im::views::Conversation;
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::Kind;

/// Groups for `kind=all`, one list otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SearchAnswer {
    Groups(SearchGroups),
    List(SearchList),
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SearchGroups {
    /// Those that have hits: people, conversations, messages, files.
    pub groups: Vec<SearchGroup>,
    /// The index is still being fed: hits may be missing.
    pub partial: bool,
    pub took_milliseconds: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SearchGroup {
    pub kind: Kind,
    pub items: Vec<Hit>,
    /// All hits that the person may see.
    pub total: u64,
    /// Goes on in the list of this kind.
    pub next: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SearchList {
    pub items: Vec<Hit>,
    pub next: Option<String>,
    pub total: u64,
    pub partial: bool,
    pub took_milliseconds: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[schema(as = SearchHit)]
pub enum Hit {
    People {
        person: Person,
        matched: Matched,
    },
    Conversations {
        conversation: Box<Conversation>,
        ranges: Vec<[u32; 2]>,
    },
    Messages {
        message: FoundMessage,
        /// The group's title, or the other one's name.
        conversation_title: String,
        snippet: Snippet,
    },
    Files {
        node: Node,
        path: Vec<PathItem>,
        /// The conversation that it is attached to.
        #[serde(skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationId>,
        /// In the name.
        ranges: Vec<[u32; 2]>,
        /// From the text; absent where only the name was found.
        #[serde(skip_serializing_if = "Option::is_none")]
        snippet: Option<Snippet>,
    },
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchMatched)]
pub struct Matched {
    /// `name`, `pinyin`, `initials` or `uid`.
    pub field: &'static str,
    /// In the person's `name`, `pinyin` (also for initials) or `uid`.
    pub ranges: Vec<[u32; 2]>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchMessage)]
pub struct FoundMessage {
    pub conversation: ConversationId,
    pub seq: u64,
    pub at: Timestamp,
    pub sender: PersonRef,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchSnippet)]
pub struct Snippet {
    pub text: String,
    pub ranges: Vec<[u32; 2]>,
}

impl From<holdfast_search::Snippet> for Snippet {
    fn from(found: holdfast_search::Snippet) -> Self {
        Self { text: found.text, ranges: found.ranges }
    }
}
