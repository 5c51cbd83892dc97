// Written by `npm run schema` from appliance/server/openapi.json. Do not edit.

export interface paths {
    "/api/v1/admin/data-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open ones by the day they are due, closed ones by their number, the last first. */
        get: operations["admin_data_requests_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/data-requests/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It is done; a correction, or the deletion of a field, in the same step. */
        post: operations["admin_data_requests_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/data-requests/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** It is not done; the person reads why. */
        post: operations["admin_data_requests_refuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/departures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who is leaving, or gone and not erased yet; the next day first. */
        get: operations["admin_departures_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All imports, the latest first. */
        get: operations["admin_imports_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody with everything, the frozen too; to a delegate those of their departments. */
        get: operations["admin_people_list_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/people-sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody as a sheet of the shape that imports read. It stands in the audit log before it goes out. */
        get: operations["admin_people_sheet_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The actions that occur in the log, for a filter to choose from. */
        get: operations["audit_actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/checkpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The signed checkpoint as it is now. Keep it: `holdfast-audit verify --since` proves with it that nothing was taken back. */
        get: operations["audit_checkpoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Entries that fit the filter, newest first. */
        get: operations["audit_entries_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/entries/{index}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One entry with its details and the proof that the signed log contains it. */
        get: operations["audit_entries_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/entries/{index}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The proof of one entry as a file that needs nothing else: `holdfast-audit verify-proof` takes it. The entry in it is sealed. */
        get: operations["audit_entries_proof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The report. */
        get: operations["audit_evidence_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/evidence.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same on A4: one file of HTML without scripts, for printing and for keeping. */
        get: operations["audit_evidence_html_print"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The log for a machine that the box's administrators do not control.
         * @description An archive holds all entries, sealed, since a hash tree cannot be recomputed from a part of it; `keys.json` opens those
         *     that the filter lets through. The other formats hold what the filter lets through and nothing else.
         */
        post: operations["audit_exports_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own, in the order in which they were saved. */
        get: operations["audit_filters_list"];
        put?: never;
        /** Keeps a filter by name. */
        post: operations["audit_filters_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/filters/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets one of one's own. */
        delete: operations["audit_filters_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/holds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Holds, the newest first; lifted ones too. */
        get: operations["audit_holds_list"];
        put?: never;
        /**
         * Places a hold. It covers what the subject is a part of and what is a part of it: that of a person covers the person's files
         *     and every conversation the person ever was in.
         */
        post: operations["audit_holds_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/holds/{id}/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lifts a hold. Again: nothing. */
        post: operations["audit_holds_lift"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/openings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Openings, the newest first. */
        get: operations["audit_openings_list"];
        put?: never;
        /** Asks for what a message says or said, or for what somebody searched for. */
        post: operations["audit_openings_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/openings/{id}/agree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Agrees to what another auditor asks for. `needs-another-auditor`: nobody agrees with oneself. */
        post: operations["audit_openings_agree"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/openings/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What it says, for the two auditors, for a day. Each reading is logged before it is answered. */
        get: operations["audit_openings_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/shreds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was shredded and what is to be, the newest first. */
        get: operations["audit_shreds_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/shreds/{id}/certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate of one that is done: a C2SP signed note. `holdfast-audit verify-note` checks it. */
        get: operations["audit_shreds_certificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recomputes the whole log and checks the HSM's signature. */
        post: operations["audit_verifications_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/witnesses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The registered witnesses, and whether the log continues what each has seen. */
        get: operations["audit_witnesses_list"];
        put?: never;
        /** Registers a witness by its verifier key. */
        post: operations["audit_witnesses_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/witnesses/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a witness, and what it has cosigned. The log keeps that it was there, and how far it had seen. */
        delete: operations["audit_witnesses_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/witnesses/{id}/cosignatures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a cosignature back. One that proves a rollback or a fork is kept too, and the entry about it says so. */
        post: operations["audit_witnesses_cosignatures_take"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/witnesses/{id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An `add-checkpoint` request (C2SP tlog-witness) with the current checkpoint, to be carried to the witness. */
        post: operations["audit_witnesses_requests_ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All of them, by name. */
        get: operations["connectors_list"];
        put?: never;
        /** Makes one. The secret is in this answer and never again. */
        post: operations["connectors_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets where it may come from, how much it may take, what it sees and what it may do. What is open under it ends. */
        put: operations["connectors_edit"];
        post?: never;
        /** Revokes it: whatever is open under it ends at its next word. */
        delete: operations["connectors_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connectors/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives it a new secret; the one before opens nothing from now on. */
        post: operations["connectors_secret_renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversations that one is in, the most recently written first. */
        get: operations["conversations_list"];
        put?: never;
        /** Begins a conversation. A direct one that exists is answered as it is (200). */
        post: operations["conversations_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation. */
        get: operations["conversations_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Renames a group (its owner), mutes or pins for oneself. */
        patch: operations["conversations_change"];
        trace?: never;
    };
    "/api/v1/conversations/{id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stores a file for a message of this conversation. */
        post: operations["conversations_files_attach"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/files/{node}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes, for members. */
        get: operations["conversations_files_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The members, in the order of joining. */
        get: operations["conversations_members_list"];
        put?: never;
        /** Brings people into a group; every member may. Answers the first page of the members. */
        post: operations["conversations_members_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/members/{uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes somebody from a group (its owner), or leaves it. */
        delete: operations["conversations_members_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One page, ascending by number. */
        get: operations["conversations_messages_page"];
        put?: never;
        /** Sends a message. A retry with the same client id and content answers the first one. */
        post: operations["conversations_messages_send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages/{seq}/readers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has read it, with times, and who has not. The sender stands in neither list. */
        get: operations["conversations_messages_readers_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/messages/{seq}/recall": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Recalls a message of one's own that is not older than 24 hours. Answers the tombstone. */
        post: operations["conversations_messages_recall"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/conversations/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Marks messages as read. Marks only grow. */
        put: operations["conversations_read_mark"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who keeps which part of the directory. */
        get: operations["delegations_list"];
        put?: never;
        /** Gives somebody powers over departments with everything below them. Not to who holds one of the three roles. */
        post: operations["delegations_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delegations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes them back, at every door at once. */
        delete: operations["delegations_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Departments directly below one that the caller sees, in their order. */
        get: operations["departments_list"];
        put?: never;
        /** A new department, last among those of its parent. */
        post: operations["departments_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One department, with its path from the root. */
        get: operations["departments_read"];
        put?: never;
        post?: never;
        /** Deletes an empty department. */
        delete: operations["departments_delete"];
        options?: never;
        head?: never;
        /** Renames, moves with everything below. */
        patch: operations["departments_edit"];
        trace?: never;
    };
    "/api/v1/departments/{id}/order": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Everybody of the department by name again, behind its heads. */
        delete: operations["departments_order_reset_order"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/departments/{id}/people/{uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** What a member is in the department: a title for this one, its head, the place in its order. */
        patch: operations["departments_people_change_post"];
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A node and the names above it. */
        get: operations["drive_nodes_read"];
        put?: never;
        post?: never;
        /** To the trash of its space, with everything below. */
        delete: operations["drive_nodes_delete"];
        options?: never;
        head?: never;
        /** Renames, moves. A taken name is 409 `name-taken`; a folder cannot go into itself. */
        patch: operations["drive_nodes_change"];
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/children": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Folders first, whatever the order. */
        get: operations["drive_nodes_children_list"];
        put?: never;
        /** A new folder. */
        post: operations["drive_nodes_children_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes, as an attachment. One range at a time; the download stands in the audit log before its first byte goes out. */
        get: operations["drive_nodes_content_read"];
        /** A whole file in one request: new (201), or a new version of it (200). */
        put: operations["drive_nodes_content_write"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Copies a file, or a folder with everything in it. No content is copied. */
        post: operations["drive_nodes_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Back to where it was, or to the root of the space when that folder is gone; a taken name gets a number. */
        post: operations["drive_nodes_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Newest first, the current one included. */
        get: operations["drive_nodes_versions_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/nodes/{id}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The older content becomes the newest version. */
        post: operations["drive_nodes_versions_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/spaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The spaces of the person: the own one first, then the departments'. */
        get: operations["drive_spaces_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/spaces/{id}/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Newest first. */
        get: operations["drive_spaces_trash_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/trash/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** For good. */
        delete: operations["drive_trash_erase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Announces an upload. Quota is asked here, and again by the commit. */
        post: operations["drive_uploads_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drive/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to go on. */
        get: operations["drive_uploads_state"];
        put?: never;
        post?: never;
        /** Drops what was received. */
        delete: operations["drive_uploads_cancel"];
        options?: never;
        /** The same as headers: `Upload-Offset`, `Upload-Length`. */
        head: operations["drive_uploads_probe"];
        /**
         * Bytes at the durable offset. Another offset is 409, with the true one in `Upload-Offset`. What a torn connection brought
         *     is kept.
         */
        patch: operations["drive_uploads_append"];
        trace?: never;
    };
    "/api/v1/drive/uploads/{id}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The file gets its name. Repeated, the answer is the same. */
        post: operations["drive_uploads_commit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whose code it is. Unknown, used and expired codes are one answer: `not-found`. */
        post: operations["enrolments_lookup_look"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the password, and signs in as `POST /sessions` does. Once: afterwards the code is `not-found`. */
        post: operations["enrolments_redeem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/explanations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether somebody may do something, and which role, delegation, membership or rule decides it. Each question stands in the
         *     log.
         */
        get: operations["explanations_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holdings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who holds what: roles, delegations, connectors, app passwords, groups. For security administrators and auditors; each
         *     look at its first page stands in the log.
         */
        get: operations["holdings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/holdings/sheet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a sheet. It stands in the audit log before it goes out. */
        get: operations["holdings_sheet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Oneself. */
        get: operations["me_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes language and theme. */
        patch: operations["me_change"];
        trace?: never;
    };
    "/api/v1/me/app-passwords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own, the newest first. */
        get: operations["me_app_passwords_list"];
        put?: never;
        /** Makes one. The password is in this answer and never again. */
        post: operations["me_app_passwords_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/app-passwords/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes one of one's own, at once. */
        delete: operations["me_app_passwords_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets one's own picture: PNG, JPEG or WebP. It is cut to a square and encoded anew. */
        put: operations["me_avatar_set_own"];
        post?: never;
        /** Initials again. */
        delete: operations["me_avatar_remove_own"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/data-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own, the newest first. */
        get: operations["me_data_requests_list"];
        put?: never;
        /**
         * Asks for a copy, a correction, deletion or restriction. It has a number and a day by which it is answered; a copy the box makes
         *     by itself.
         */
        post: operations["me_data_requests_ask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/data-requests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Asks for it no more. */
        delete: operations["me_data_requests_withdraw"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/data-requests/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The copy that was asked for, for its person alone and for seven days. Each fetching is an entry of the audit log. */
        get: operations["me_data_requests_copy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes what oneself has in the fields that people may change themselves. An empty list clears. */
        patch: operations["me_fields_change_fields"];
        trace?: never;
    };
    "/api/v1/me/passkey-challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a passkey of one's own signs, within five minutes: a new one, or to show once more who one is. */
        get: operations["me_passkey_challenge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a new passkey. */
        post: operations["me_passkeys_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Gives one of one's own passkeys up. */
        delete: operations["me_passkeys_drop_passkey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the own password. Every other session ends. */
        post: operations["me_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes; those before are worth nothing from now on. */
        post: operations["me_recovery_codes_renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/second-factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own, and what is asked of one. */
        get: operations["me_second_factors_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When somebody came, or tried to come, into one's own account, the newest first. */
        get: operations["me_sign_ins_sign_ins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins with an authenticator app. The secret is in this answer and never again; it counts once a code of it was shown. */
        post: operations["me_totp_begin"];
        /** Gives the authenticator app up, and the recovery codes with it. */
        delete: operations["me_totp_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The first code: from now on one is asked for. The recovery codes are in this answer and never again. */
        post: operations["me_totp_confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi_json_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/passkey-challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a passkey signs to sign in, within five minutes. */
        get: operations["passkey_challenge_begin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody in the directory whom the caller sees, by pinyin, and how many they are. */
        get: operations["people_list"];
        put?: never;
        /** A new person. With a password the person can sign in, and must change it first. */
        post: operations["people_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One person's card. */
        get: operations["people_card"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a person's record. What is absent stays; `null` clears. */
        patch: operations["people_edit"];
        trace?: never;
    };
    "/api/v1/people/{uid}/avatar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A person's picture: a square JPEG. */
        get: operations["people_avatar_show"];
        /** Sets somebody's picture. */
        put: operations["people_avatar_set"];
        post?: never;
        /** Removes somebody's picture. */
        delete: operations["people_avatar_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/departments/{id}/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The person is no longer in the department from then on. */
        put: operations["people_departments_terms_set_membership_end"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/departure": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["people_departure_read"];
        /**
         * The person leaves on that day, at once when there is none: from then on nobody signs in with the account. Once everything is
         *     handed over the person is gone, hidden everywhere, and erased after fourteen days. Again: another day, reason or heir.
         */
        put: operations["people_departure_leave"];
        post?: never;
        /** The person stays after all. What was handed over meanwhile stays with its heir. */
        delete: operations["people_departure_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/enrolment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a one-time code with which the person chooses a password at `/enrolments/redeem`. It is in this answer and never
         *     again; the code before it is worth nothing from now on.
         */
        post: operations["people_enrolment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends every session and app password of the person at once. What the person made stays. */
        post: operations["people_freeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/handover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the person leaves behind, and what becomes of each thing. */
        get: operations["people_handover_left_behind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/handover/{kind}/{object}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Names an heir for one thing, or why nobody gets it. */
        put: operations["people_handover_decide"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets a password that must be changed at the next sign-in. Every session ends. */
        post: operations["people_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings back who is gone, within the grace. `gone` once the shredding of their files has begun. */
        post: operations["people_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/second-factors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** The person has lost telephone and recovery codes: what they had besides the password is gone, and every session ends. */
        delete: operations["people_second_factors_reset_second_factors"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The sessions of the person, the one used last first. */
        get: operations["people_sessions"];
        put?: never;
        post?: never;
        /** Signs the person out everywhere, at every door at once. */
        delete: operations["people_sessions_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/terms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of the account ends by itself, and when. */
        get: operations["people_terms_read"];
        /** The account freezes by itself then: every session ends at every door within a second. */
        put: operations["people_terms_set_account_end"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{uid}/unfreeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the person sign in again. */
        post: operations["people_unfreeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads an .xlsx or .csv and says what an import would do. Nothing is changed. */
        post: operations["people_imports_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The import as it stands. */
        get: operations["people_imports_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** The dry run again with another mapping of columns. */
        patch: operations["people_imports_remap"];
        trace?: never;
    };
    "/api/v1/people/imports/{id}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Does what the dry run said, in one transaction. Asking twice does it once. */
        post: operations["people_imports_apply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}/failed.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows with errors as they came, with what is wrong in a last column: to be mended and uploaded again. */
        get: operations["people_imports_failed_csv_failed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}/failed.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a workbook. */
        get: operations["people_imports_failed_xlsx_failed_book"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}/report.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The rows and their problems as a sheet. People leave the box with it, so it stands in the audit log first. */
        get: operations["people_imports_report_csv_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}/report.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a workbook. */
        get: operations["people_imports_report_xlsx_report_book"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/imports/{id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Row by row, what it would do and what is wrong. */
        get: operations["people_imports_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/person-fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All of them, in their order; at most fifty. No secret: everybody may know what the enterprise asks of its people. */
        get: operations["person_fields_list"];
        put?: never;
        /** A new field, last in the order. */
        post: operations["person_fields_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/person-fields/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes it, with everything that people have in it. */
        delete: operations["person_fields_delete"];
        options?: never;
        head?: never;
        /** Changes its settings and its place. Values that people have stay as they are. */
        patch: operations["person_fields_edit"];
        trace?: never;
    };
    "/api/v1/reviews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says that the whole list has been looked through. */
        post: operations["reviews_mark"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who holds what. */
        get: operations["roles_list"];
        put?: never;
        /** Grants a role to somebody else who holds none of the three. */
        post: operations["roles_grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/roles/{role}/{uid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a role. The last one who holds it keeps it. */
        delete: operations["roles_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks for `q` in what the person may see. With `kind=all` the answer holds groups, otherwise one list with a cursor.
         * @description Words are joined by AND; `"..."` is a phrase, `-word` excludes; filters: `from:` `来自:`, `in:` `群:`, `type:` `类型:`, `after:` `之后:`,
         *     `before:` `之前:`. Nothing that can be typed is an error.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/hsm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of the HSM and of the keys under it. */
        get: operations["security_hsm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/renewals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was renewed and what is being renewed, the newest first. */
        get: operations["security_renewals_list"];
        put?: never;
        /**
         * Seals messages, files, index and database again under new data keys, and destroys the old ones. Begins at once, goes on after a
         *     restart, and takes time: every byte is read and written. Backups from before cannot be restored afterwards: make a new one. `renewal-running`: one at a time.
         */
        post: operations["security_renewals_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/renewals/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["security_renewals_one"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins the next epoch: a new key on the token, the keyring sealed under it, the old key destroyed. Contents stay as they are. */
        post: operations["security_rotations_rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/seal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Seals the box. Every session meets the sealed page within a second. */
        post: operations["security_seal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/shreds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was shredded and what is to be, the newest first. */
        get: operations["security_shreds_list"];
        put?: never;
        /** Asks for a shredding. It begins at once, cannot be taken back, and ends with a certificate. `legal-hold`: a hold covers it. */
        post: operations["security_shreds_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/shreds/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them. */
        get: operations["security_shreds_one"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/shreds/{id}/certificate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The certificate of one that is done: a C2SP signed note. `holdfast-audit verify-note` checks it. */
        get: operations["security_shreds_certificate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/sign-in-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What counts at present. */
        get: operations["security_sign_in_policy_read"];
        /** Sets all of it. Passwords and sign-ins from now on follow it; sessions that stand go on. */
        put: operations["security_sign_in_policy_change"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own sessions, the one used last first. */
        get: operations["sessions_list"];
        put?: never;
        /**
         * Signs in. Wrong name and wrong password are one answer, in one time. `second-factor-required`: the password is right, and
         *     the same is asked again with a code. `passkey-required`: this person signs in at `/sessions/passkey`.
         */
        post: operations["sessions_open"];
        /** Ends all of one's own sessions but this one, at every door at once. */
        delete: operations["sessions_end_others"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's own sessions, at every door at once. */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Signs out. */
        delete: operations["sessions_current_end_current"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows once more who one is: what administrators change, and one's own ways to sign in, ask for it every fifteen minutes. */
        post: operations["sessions_current_proof_prove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in with a passkey and nothing else. Whatever is wrong is one answer. */
        post: operations["sessions_passkey_open_with_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of the box, for the sign-in and the sealed page. */
        get: operations["status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that one has to know since `from`: all conversations and what is one's own, merged by `g`. */
        get: operations["sync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tags by name, for the system and security administrators. */
        get: operations["tags_list"];
        put?: never;
        /** A new tag, with a rule or for members that are named. */
        post: operations["tags_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One tag. */
        get: operations["tags_read"];
        put?: never;
        post?: never;
        /** Deletes a tag that no rule and no other tag names. */
        delete: operations["tags_delete"];
        options?: never;
        head?: never;
        /** Renames it, or changes its rule. */
        patch: operations["tags_edit"];
        trace?: never;
    };
    "/api/v1/tags/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the tag names. */
        get: operations["tags_members"];
        /** Puts a member into it, or gives one that is there another end. */
        put: operations["tags_members_put_member"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{id}/members/{kind}/{member}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a member out of it. */
        delete: operations["tags_members_take_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/{id}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody whom it holds in the end. */
        get: operations["tags_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tags/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Whom a rule would hold. Changes nothing. */
        post: operations["tags_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The departments that somebody sees. */
        get: operations["visibility_departments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether somebody sees somebody, in which departments and with which fields, and the rule that decides each. */
        get: operations["visibility_explanation_explain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people whom somebody sees. */
        get: operations["visibility_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** How many people each list of a rule means. Changes nothing. */
        post: operations["visibility_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All rules, the oldest first. */
        get: operations["visibility_rules"];
        put?: never;
        /** A new rule. It counts from this answer on. */
        post: operations["visibility_rules_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/visibility/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets what a rule says. */
        put: operations["visibility_rules_edit"];
        post?: never;
        /** Deletes a rule. */
        delete: operations["visibility_rules_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @enum {string} */
        ActorKind: "person" | "system" | "stranger";
        /** @description Nothing to choose. */
        Agreement: Record<string, unknown>;
        Answer: {
            /** @description The person reads it. */
            answer?: string | null;
        };
        /**
         * @description Which doors an app password opens.
         * @enum {string}
         */
        AppDoor: "webdav" | "ldap" | "any";
        Apply: {
            /**
             * Format: int32
             * @description How many people it changes, where the import's `confirm` asks for the number.
             */
            confirm?: number | null;
            mode: components["schemas"]["Mode"];
        };
        AppPassword: {
            created_at: components["schemas"]["Timestamp"];
            door: components["schemas"]["AppDoor"];
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** Format: uuid */
            id: string;
            label: string;
            used_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @description What a browser answers to a challenge; all of it base64url without padding. */
        Assertion: {
            /** @description `response.authenticatorData` */
            authenticator_data: string;
            /** @description `response.clientDataJSON` */
            client_data: string;
            /** @description `rawId` */
            credential: string;
            signature: string;
            /** @description `response.userHandle` */
            user_handle?: string | null;
        };
        /** @description What a message of type `file` names. */
        Attachment: {
            media?: string | null;
            name: string;
            node: components["schemas"]["NodeId"];
            /** Format: int64 */
            size: number;
        };
        /** @description Who acted. `uid` and `name` are today's; a person who was erased has neither. */
        AuditActor: {
            id?: components["schemas"]["PersonId"] | null;
            kind: components["schemas"]["ActorKind"];
            name?: string | null;
            uid?: string | null;
        };
        /** @description A signed tree head. */
        AuditCheckpoint: {
            at: components["schemas"]["Timestamp"];
            /** @description Name and id of the key that signed it: `name+hash`. */
            key: string;
            origin: string;
            /** @description Base64. */
            root: string;
            /** Format: int64 */
            size: number;
        };
        /** @description One entry of the log. */
        AuditEntry: {
            /** @description `noun.verb` */
            action: string;
            actor: components["schemas"]["AuditActor"];
            at: components["schemas"]["Timestamp"];
            /** @description Why it was refused or failed. */
            code?: string | null;
            /** Format: int64 */
            index: number;
            object: components["schemas"]["AuditObject"];
            outcome: components["schemas"]["Ending"];
            request: string;
            source: components["schemas"]["AuditSource"];
        };
        /** @description An opened entry, with the proof that the signed log contains it. */
        AuditEntryDetail: components["schemas"]["AuditEntry"] & {
            /** @description The signed checkpoint of exactly `size` entries (C2SP signed note): the proof leads to its root. */
            checkpoint: string;
            /** @description Details were longer than an entry may be. */
            cut: boolean;
            /** @description Texts, numbers and lists of texts, by name. */
            details: Record<string, unknown>;
            /** @description Leaf hash, base64 (RFC 6962). */
            leaf: string;
            /** @description Inclusion proof, leaf side first, base64. */
            proof: string[];
            /**
             * Format: int64
             * @description Entries of the signed log that the proof is about.
             */
            size: number;
        };
        /** @description What auditors carry to verify the log: the key never leaves the token, this is its public half. */
        AuditKey: {
            vkey: string;
        };
        /** @description What was acted on. `name` is today's, where the directory knows it. */
        AuditObject: {
            id: string;
            kind: string;
            name?: string | null;
        };
        AuditPruning: {
            at: components["schemas"]["Timestamp"];
            /**
             * Format: int64
             * @description The retention at that time, in days.
             */
            days: number;
            /**
             * Format: int64
             * @description The first and the last index that went.
             */
            first: number;
            /**
             * Format: int64
             * @description Its audit entry.
             */
            index: number;
            /** Format: int64 */
            last: number;
        };
        /** @description How long entries are kept, and what went. */
        AuditRetention: {
            /** Format: int32 */
            days: number;
            /**
             * Format: int64
             * @description Entries before this one were pruned.
             */
            first_kept: number;
            /**
             * Format: int32
             * @description No setting goes below.
             */
            floor_days: number;
            /** @description The last prunings, the newest first. */
            prunings: components["schemas"]["AuditPruning"][];
            /**
             * Format: int64
             * @description Entries of the log, the pruned ones counted.
             */
            size: number;
        };
        /** @description Where from. */
        AuditSource: {
            address?: string | null;
            agent?: string;
            door: string;
        };
        /** @description A department that a person belongs to. */
        Belonging: {
            /** @description Leads it. */
            head: boolean;
            id: components["schemas"]["DepartmentId"];
            main: boolean;
            name: string;
            /** @description In this department, where it is another one than the person's own. */
            title?: string | null;
        };
        /** @description What a person has in a field that the enterprise added. */
        CardField: {
            /** @description The asker is the person, and may change it. */
            editable: boolean;
            key: string;
            kind: components["schemas"]["FieldKind"];
            label_en: string;
            label_zh: string;
            /** @description Of a field of people: who `values` are. */
            people?: components["schemas"]["PersonRef"][];
            values: string[];
        };
        /**
         * Format: uuid
         * @description What a client chooses for one create, so that a retry is harmless.
         * @example 0192f0c1-2b7a-7c3e-8a51-9d5f0e6b4a10
         */
        ClientId: string;
        /**
         * @description `XXXX-XXXX-XXXX-XXXX`, or what somebody typed in its place. Wiped on drop, never printed.
         * @example 7K3M-Q0XA-9TVB-2HDE
         */
        Code: string;
        /**
         * @description The ledger's global commit number `g`: one for each transaction, in commit order.
         * @example 42
         */
        CommitNo: string;
        /** @description A connector, and the name that its program binds with. */
        Connector: {
            bind_name: string;
            changed_at: components["schemas"]["Timestamp"];
            created_at: components["schemas"]["Timestamp"];
            /** Format: uuid */
            id: string;
            name: string;
            settings: components["schemas"]["ConnectorSettings"];
        };
        /** @description Where from, how much, what it sees, what it may do. */
        ConnectorSettings: {
            /** @description Only these besides class, uid, cn and sn; none named: all. */
            attributes: string[];
            /** @description They may change it there too. */
            changes_passwords: boolean;
            /** @description People sign in through it with their own password. */
            checks_passwords: boolean;
            /**
             * Format: int32
             * @description Connections at once.
             */
            connections: number;
            /** @description Only people below these; nobody named: everybody. */
            departments: components["schemas"]["DepartmentId"][];
            /**
             * Format: int32
             * @description Entries of one search, over all its pages.
             */
            entries: number;
            looks_as?: components["schemas"]["PersonId"] | null;
            /** @description CIDR; at least one. */
            networks: string[];
            /** @description A password suffices here, also for those of whom the sign-in policy asks more. */
            password_suffices?: boolean;
            /**
             * Format: int32
             * @description Seconds that one search may take.
             */
            seconds: number;
        };
        Conversation: {
            created_at: components["schemas"]["Timestamp"];
            /** @description The newest commit that touched it. */
            g: components["schemas"]["CommitNo"];
            /**
             * Format: int64
             * @description Number of the newest message; 0 while there is none.
             */
            head_seq: number;
            id: components["schemas"]["ConversationId"];
            /**
             * Format: int64
             * @description Messages from this number on may be seen.
             */
            joined_seq: number;
            kind: components["schemas"]["ConversationKind"];
            last?: components["schemas"]["Message"] | null;
            /**
             * Format: int64
             * @description How many are in it now.
             */
            members: number;
            muted: boolean;
            owner?: components["schemas"]["PersonRef"] | null;
            peer?: components["schemas"]["PersonRef"] | null;
            pinned: boolean;
            /** @description What this person has read: inclusive, ascending, disjoint. */
            read: [
                number,
                number
            ][];
            title?: string | null;
            /**
             * Format: int64
             * @description Messages after `joined_seq` that are neither read nor one's own.
             */
            unread: number;
        };
        /** @description One thing that a device has to know, in the order of `g`. Whatever has a `message` adds or replaces that message. */
        ConversationChange: {
            /** @description When it was committed. */
            at: components["schemas"]["Timestamp"];
            conversation: components["schemas"]["ConversationId"];
            g: components["schemas"]["CommitNo"];
            kind: components["schemas"]["ConversationChangeKind"];
            message?: components["schemas"]["Message"] | null;
            own?: components["schemas"]["OwnChange"] | null;
            person?: components["schemas"]["PersonId"] | null;
            /** @description Of a `read`: what was newly read. */
            ranges?: [
                number,
                number
            ][] | null;
        };
        /** @enum {string} */
        ConversationChangeKind: "message" | "recall" | "read" | "conversation" | "members" | "own";
        /** @description What is absent stays as it is. The title is the owner's to change; an empty one takes it away. */
        ConversationChanges: {
            muted?: boolean | null;
            pinned?: boolean | null;
            title?: string | null;
        };
        /** @enum {string} */
        ConversationEvent: "created" | "joined" | "left" | "renamed";
        /**
         * @description A conversation. Also its container id in search.
         * @example 42
         */
        ConversationId: string;
        /** @enum {string} */
        ConversationKind: "direct" | "group";
        ConversationMember: {
            joined_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            joined_seq: number;
            person: components["schemas"]["PersonRef"];
            role: components["schemas"]["MemberRole"];
        };
        Cosignature: {
            /** @description The note that the witness cosigned, or its signature lines alone, for the request that it was handed last. */
            text: string;
        };
        /** @description What a person asked of their own data, and what became of it. */
        DataRequest: {
            answer?: string | null;
            answered_at?: components["schemas"]["Timestamp"] | null;
            answered_by?: components["schemas"]["PersonRef"] | null;
            /** Format: int64 */
            copy_bytes?: number | null;
            copy_expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Fifteen days from Monday to Friday after it was opened. */
            due_at: components["schemas"]["Timestamp"];
            field?: components["schemas"]["RequestField"] | null;
            /** @description The number that the person is given. */
            id: string;
            kind: components["schemas"]["RequestKind"];
            opened_at: components["schemas"]["Timestamp"];
            overdue: boolean;
            person: components["schemas"]["PersonRef"];
            reason?: string | null;
            state: components["schemas"]["RequestState"];
            wanted?: string | null;
        };
        /** @description What becomes of one thing: one of the two. */
        Decision: {
            /** @description The uid of who gets it. */
            heir?: string | null;
            /** @description Why nobody gets it. */
            waived?: string | null;
        };
        /** @description A part of the directory that somebody keeps. */
        Delegation: {
            /** @description Each with its path from the root; each with everything below it. */
            departments: components["schemas"]["DepartmentRef"][][];
            granted_at: components["schemas"]["Timestamp"];
            granted_by: components["schemas"]["PersonRef"];
            id: components["schemas"]["DelegationId"];
            person: components["schemas"]["PersonRef"];
            powers: components["schemas"]["Power"][];
            reason: string;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description A part of the directory that somebody keeps.
         * @example 42
         */
        DelegationId: string;
        Department: {
            /**
             * Format: int32
             * @description Departments directly below.
             */
            children: number;
            /** @description Who leads it, in order. */
            heads: components["schemas"]["PersonRef"][];
            id: components["schemas"]["DepartmentId"];
            name: string;
            parent?: components["schemas"]["DepartmentId"] | null;
            /**
             * Format: int32
             * @description People in the whole subtree, each counted once; the frozen are not.
             */
            people: number;
        };
        DepartmentChange: {
            name?: string | null;
            /** @description `null` makes it a root. */
            parent?: string | null;
        };
        DepartmentDetail: components["schemas"]["Department"] & {
            /** @description From the root down to the department itself. */
            path: components["schemas"]["DepartmentRef"][];
        };
        DepartmentEnd: {
            id: components["schemas"]["DepartmentId"];
            until: components["schemas"]["Timestamp"];
        };
        /**
         * @description A department.
         * @example 42
         */
        DepartmentId: string;
        DepartmentRef: {
            id: components["schemas"]["DepartmentId"];
            name: string;
        };
        /** @description Somebody who is leaving, or gone and not erased yet. */
        Departure: {
            erase_at?: components["schemas"]["Timestamp"] | null;
            /** @description The shredding has begun: nobody comes back. */
            erasing: boolean;
            gone_at?: components["schemas"]["Timestamp"] | null;
            heir?: components["schemas"]["PersonRef"] | null;
            leaves_at: components["schemas"]["Timestamp"];
            ordered_at: components["schemas"]["Timestamp"];
            ordered_by: components["schemas"]["PersonRef"];
            person: components["schemas"]["Person"];
            reason: string;
            /** @description Why it does not go on: `handover`, `legal-hold`, or the code of a failure. */
            waits_for?: string | null;
        };
        /** @enum {string} */
        DirectoryReason: "role" | "delegation" | "not-active" | "needs-role" | "not-given" | "outside-scope" | "own-account" | "holds-a-role" | "greater-delegate" | "top-of-scope" | "widens-scope" | "no-department";
        /** @description Where a copy goes. Without a name it keeps its own. */
        DriveCopy: {
            cid: components["schemas"]["ClientId"];
            name?: string | null;
            parent: components["schemas"]["NodeId"];
        };
        DriveNewFolder: {
            cid: components["schemas"]["ClientId"];
            kind: components["schemas"]["DriveNewFolderKind"];
            name: string;
        };
        /** @enum {string} */
        DriveNewFolderKind: "folder";
        DriveNewUpload: {
            changed_at?: components["schemas"]["Timestamp"] | null;
            cid: components["schemas"]["ClientId"];
            media?: string | null;
            name: string;
            on_conflict: components["schemas"]["DriveOnConflict"];
            parent: components["schemas"]["NodeId"];
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
        };
        DriveNode: {
            changed_at: components["schemas"]["Timestamp"];
            changed_by?: components["schemas"]["PersonRef"] | null;
            /** Format: int32 */
            children?: number | null;
            /** @description Strong, without quotes. */
            etag: string;
            id: components["schemas"]["NodeId"];
            kind: components["schemas"]["DriveNodeKind"];
            media?: string | null;
            name: string;
            parent?: components["schemas"]["NodeId"] | null;
            rights: components["schemas"]["DriveRight"][];
            /**
             * Format: int64
             * @description Folder: of all files below.
             */
            size: number;
            space: components["schemas"]["SpaceId"];
            version?: string | null;
        };
        /** @description Another name, another folder, or both. */
        DriveNodeChange: {
            name?: string | null;
            parent?: components["schemas"]["NodeId"] | null;
        };
        /** @description A node with its path: the space's root first, with the space's name. */
        DriveNodeDetail: components["schemas"]["DriveNode"] & {
            path: components["schemas"]["DrivePathItem"][];
        };
        /** @enum {string} */
        DriveNodeKind: "folder" | "file";
        /** @enum {string} */
        DriveOnConflict: "version" | "rename" | "refuse";
        DrivePathItem: {
            id: components["schemas"]["NodeId"];
            name: string;
        };
        /** @description A create that may come twice. */
        DriveRestore: {
            cid: components["schemas"]["ClientId"];
        };
        /** @enum {string} */
        DriveRight: "read" | "write" | "delete" | "manage";
        DriveSpace: {
            department?: components["schemas"]["DepartmentId"] | null;
            /** @description Of the root folder, without quotes. */
            etag: string;
            id: components["schemas"]["SpaceId"];
            kind: components["schemas"]["DriveSpaceKind"];
            /** @description The department's name, or the person's. */
            name: string;
            /** Format: int64 */
            quota_bytes: number;
            /** @description "manager", "editor" or "reader" */
            role: string;
            root: components["schemas"]["NodeId"];
            /** Format: int64 */
            used_bytes: number;
        };
        /** @enum {string} */
        DriveSpaceKind: "personal" | "department" | "conversation";
        DriveTrashItem: components["schemas"]["DriveNode"] & {
            deleted_at: components["schemas"]["Timestamp"];
            deleted_by?: components["schemas"]["PersonRef"] | null;
            /** @description Names of the folders it was in, from the space's root. */
            from_path: string[];
        };
        DriveUpload: {
            expires_at: components["schemas"]["Timestamp"];
            id: string;
            /**
             * Format: int64
             * @description Bytes that are durable: go on from here.
             */
            offset: number;
            /** Format: int64 */
            size: number;
        };
        DriveUploadCommit: {
            /** @description Hexadecimal, of the whole file. */
            sha256?: string | null;
        };
        DriveVersion: {
            at: components["schemas"]["Timestamp"];
            author?: components["schemas"]["PersonRef"] | null;
            current: boolean;
            /** Format: int64 */
            size: number;
            version: string;
        };
        /**
         * @description Who may change a field's values.
         * @enum {string}
         */
        Editor: "administrator" | "person";
        /** @description The way out. */
        Egress: {
            /** @description Addresses that the relay lets through, as the running relay says. */
            allowed: string[];
            /** @description The kernel refuses this process every new INET socket: tried for this report. */
            closed: boolean;
            relay: components["schemas"]["RelayState"];
            /**
             * Format: int64
             * @description Connections that the relay has opened for this process since it runs.
             */
            relayed: number;
            /**
             * Format: int64
             * @description INET connections that this process holds and has begun itself.
             */
            started: number;
        };
        End: {
            until?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description How an act ended.
         * @enum {string}
         */
        Ending: "success" | "refused" | "failed";
        /** @description What somebody who holds a code may know before redeeming it: for whom it is. */
        Enrolment: {
            enterprise: components["schemas"]["Enterprise"];
            expires_at: components["schemas"]["Timestamp"];
            name: string;
            password_rules: components["schemas"]["PasswordRules"];
            roles: components["schemas"]["Role"][];
            uid: string;
        };
        EnrolmentLook: {
            code: components["schemas"]["Code"];
        };
        Enterprise: {
            name: string;
        };
        /** @description Which entries an export opens. What is absent or empty asks for everything. */
        EntryFilter: {
            action?: string | null;
            /** @description A uid; or `system`, `stranger`. */
            actor?: string | null;
            /** @description Where from: an IP address. */
            address?: string | null;
            /**
             * Format: int64
             * @description Microseconds, inclusive.
             */
            from?: number | null;
            /** @description `kind/id`; or a kind or an id alone. */
            object?: string | null;
            outcome?: components["schemas"]["Ending"] | null;
            /**
             * Format: int64
             * @description Microseconds, inclusive.
             */
            to?: number | null;
        };
        /** @description One report. Its number is that of the audit entry about its own making. */
        Evidence: {
            /** @description The last that were signed, the newest first. The first one covers the entry of this report. */
            checkpoints: components["schemas"]["AuditCheckpoint"][];
            egress: components["schemas"]["Egress"];
            enterprise: string;
            hsm: components["schemas"]["Hsm"];
            made_at: components["schemas"]["Timestamp"];
            made_by: components["schemas"]["PersonRef"];
            /** Format: int64 */
            number: number;
            rehearsal?: components["schemas"]["Rehearsal"] | null;
            retention: components["schemas"]["AuditRetention"];
            roles: components["schemas"]["RoleGrant"][];
            /** @description Since when the process runs. */
            since: components["schemas"]["Timestamp"];
            /** @description As the configuration names it; absent where it names none. */
            site?: string | null;
            storage: components["schemas"]["Volume"][];
            verification?: components["schemas"]["LastVerification"] | null;
            version: string;
            witnesses: components["schemas"]["Witness"][];
        };
        Explained: {
            act: components["schemas"]["ExplainedAct"];
            allowed: boolean;
            /** @description The number of the delegation. */
            delegation?: string | null;
            department?: components["schemas"]["DepartmentRef"] | null;
            person: components["schemas"]["PersonRef"];
            power?: components["schemas"]["Power"] | null;
            reason: components["schemas"]["ExplainedReason"];
            role?: components["schemas"]["Role"] | null;
            /** @description The rule of visibility. */
            rule?: string | null;
        };
        /**
         * @description What is asked about, each with its kind of object.
         * @enum {string}
         */
        ExplainedAct: "see-person" | "edit-person" | "freeze-person" | "reset-sign-in" | "person-leaves" | "create-department-below" | "rename-department" | "arrange-department" | "delete-department" | "read-node" | "change-node" | "read-conversation" | "post-message" | "administer-conversation" | "keep-the-directory" | "grant-roles" | "read-the-audit-log";
        /** @description What decided. */
        ExplainedReason: components["schemas"]["DirectoryReason"] | components["schemas"]["SightReason"] | components["schemas"]["RoomReason"];
        /**
         * @description How somebody has shown who they are, or must; each is more than the one before.
         * @enum {string}
         */
        Factor: "password" | "second-factor" | "passkey";
        FieldChange: {
            field: string;
            from?: string | null;
            to?: string | null;
        };
        FieldExplained: components["schemas"]["SightVerdict"] & {
            field: components["schemas"]["MaskedField"];
        };
        /** @enum {string} */
        FieldKind: "text" | "number" | "date" | "yes-no" | "choice" | "person" | "link";
        /** @description One thing that is not as it was signed. */
        Finding: {
            /**
             * Format: int64
             * @description The first entry that is concerned, where one can be named.
             */
            index?: number | null;
            kind: components["schemas"]["FindingKind"];
            /** @description One English sentence; ids and numbers only. */
            what: string;
        };
        /**
         * @description What was done.
         * @enum {string}
         */
        FindingKind: "edited" | "deleted" | "inserted" | "reordered" | "truncated" | "rewritten" | "rolled-back" | "bad-signature" | "unknown-key" | "mixed-log" | "tile" | "unsigned" | "entry-key" | "unreadable";
        Freeze: {
            reason?: string | null;
            until?: components["schemas"]["Timestamp"] | null;
        };
        Group: {
            /** @enum {string} */
            kind: "everyone";
        } | {
            /** @enum {string} */
            kind: "administrators";
        } | {
            id: components["schemas"]["DepartmentId"];
            /** @enum {string} */
            kind: "department";
        };
        Handover: {
            /** Format: int64 */
            done: number;
            items: components["schemas"]["HandoverItem"][];
            /**
             * Format: int64
             * @description Things without an heir and without a reason: before they are decided the person is not gone.
             */
            open: number;
            /**
             * Format: int64
             * @description All of them, those beyond the first thousand too.
             */
            total: number;
        };
        /** @description One thing that somebody leaves behind. */
        HandoverItem: {
            /** Format: int64 */
            bytes?: number | null;
            /**
             * Format: int64
             * @description Files and folders at the top, members of the group, people who are led. What is handed over is not counted any more.
             */
            count: number;
            done_at?: components["schemas"]["Timestamp"] | null;
            /** @description Why it could not be handed over, as a code. It is tried again. */
            failure?: string | null;
            heir?: components["schemas"]["PersonRef"] | null;
            kind: components["schemas"]["HandoverKind"];
            /** @description The number of a conversation; 0 where there is one of its kind. */
            object: string;
            since?: components["schemas"]["Timestamp"] | null;
            waived?: string | null;
        };
        /**
         * @description What kind of thing somebody leaves behind.
         * @enum {string}
         */
        HandoverKind: "files" | "conversation" | "reports";
        Hold: {
            at: components["schemas"]["Timestamp"];
            by: string;
            case: string;
            id: string;
            lifted_at?: components["schemas"]["Timestamp"] | null;
            lifted_by?: string | null;
            subject: components["schemas"]["Subject"];
        };
        /** @description One thing that somebody holds. */
        Holding: {
            /**
             * Format: int64
             * @description App passwords for the door, members of the group.
             */
            count?: number | null;
            /** @description Where; each with its path from the root. */
            departments?: components["schemas"]["DepartmentRef"][][];
            door?: components["schemas"]["AppDoor"] | null;
            granted_by?: components["schemas"]["PersonRef"] | null;
            kind: components["schemas"]["HoldingKind"];
            /** @description What a connector is called. */
            name?: string | null;
            /** @description The number of a delegation or conversation, the id of a connector, the word of a role or door. */
            object: string;
            person?: components["schemas"]["PersonRef"] | null;
            powers?: components["schemas"]["Power"][];
            reason?: string | null;
            role?: components["schemas"]["Role"] | null;
            since?: components["schemas"]["Timestamp"] | null;
            state?: components["schemas"]["PersonState"] | null;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @enum {string} */
        HoldingKind: "role" | "delegation" | "connector" | "app-password" | "group";
        HoldingPage: {
            items: components["schemas"]["Holding"][];
            last_review?: components["schemas"]["Review"] | null;
            next?: string | null;
            /** Format: int64 */
            total: number;
        };
        /** @description The state of the box's keys. */
        Hsm: {
            audit_key: components["schemas"]["AuditKey"];
            /** Format: int32 */
            epoch: number;
            epoch_since: components["schemas"]["Timestamp"];
            keys: components["schemas"]["Keys"];
            kit?: components["schemas"]["RecoveryKit"] | null;
            last_probe_at?: components["schemas"]["Timestamp"] | null;
            /** @description The wrap mechanism pinned at the ceremony. */
            mechanism: string;
            /**
             * Format: int64
             * @description Operations that the token has done since hsmd started.
             */
            operations: number;
            /** Format: int64 */
            probe_microseconds: number;
            rotates_at?: components["schemas"]["Timestamp"] | null;
            second_token?: components["schemas"]["SecondToken"] | null;
            /** @description The same words as in `/api/v1/status`. */
            state: string;
            token: components["schemas"]["Token"];
        };
        Import: {
            applied_at?: components["schemas"]["Timestamp"] | null;
            columns: components["schemas"]["ImportColumn"][];
            /**
             * Format: int32
             * @description So many people would be changed that the number must be given when it is applied.
             */
            confirm?: number | null;
            counts: components["schemas"]["ImportCounts"];
            created_at: components["schemas"]["Timestamp"];
            /** @description How the text was read; absent for .xlsx. */
            encoding?: string | null;
            fields: components["schemas"]["ImportField"][];
            /** Format: uuid */
            id: string;
            name: string;
            /** @description The columns hold what an earlier import with these headings said they hold. */
            remembered: boolean;
            state: components["schemas"]["ImportState"];
        };
        ImportColumn: {
            /** @description What the column holds; absent when it is not imported. */
            field?: string | null;
            heading: string;
            /** Format: int32 */
            index: number;
            /** @description The first few values. */
            sample: string[];
        };
        ImportCounts: {
            /** Format: int32 */
            changed: number;
            /** Format: int32 */
            departments_new: number;
            /**
             * Format: int32
             * @description Rows with at least one error; they are not imported.
             */
            error: number;
            /**
             * Format: int32
             * @description Of the changed: those whose departments are others.
             */
            moved: number;
            /** Format: int32 */
            new: number;
            /** Format: int32 */
            rows: number;
            /** Format: int32 */
            same: number;
            /**
             * Format: int32
             * @description Rows with a warning and no error.
             */
            warning: number;
        };
        /** @description One import as the history has it. */
        ImportEntry: {
            applied_at?: components["schemas"]["Timestamp"] | null;
            counts: components["schemas"]["ImportCounts"];
            created_at: components["schemas"]["Timestamp"];
            created_by: components["schemas"]["PersonRef"];
            /** Format: uuid */
            id: string;
            name: string;
            state: components["schemas"]["ImportState"];
        };
        /** @description A field that a column may be said to hold. */
        ImportField: {
            key: string;
            label_en?: string | null;
            /** @description Of a field that the enterprise added: what it is called. */
            label_zh?: string | null;
            required: boolean;
        };
        ImportRow: {
            changes: components["schemas"]["FieldChange"][];
            name?: string | null;
            outcome: components["schemas"]["RowOutcome"];
            problems: components["schemas"]["RowProblem"][];
            /**
             * Format: int32
             * @description As the spreadsheet numbers it, from 1.
             */
            row: number;
            uid?: string | null;
        };
        /** @enum {string} */
        ImportState: "checked" | "applied" | "expired";
        /** @description How many keys there are, by tier. */
        Keys: {
            /** Format: int64 */
            data: number;
            /** Format: int64 */
            domains: number;
            /**
             * Format: int64
             * @description Made durable ahead, not yet taken.
             */
            spare: number;
        };
        /** @enum {string} */
        Kind: "all" | "people" | "conversations" | "messages" | "files";
        /** @description What the verification before this report found. */
        LastVerification: {
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["AuditActor"];
            /**
             * Format: int64
             * @description Its audit entry.
             */
            index: number;
            /** Format: int64 */
            size: number;
            /** @description `clean`, `bad` or `cannot-tell`. */
            verdict: string;
        };
        Leaving: {
            /** @description The uid of who gets what nobody else is named for. */
            heir?: string | null;
            leaves_at?: components["schemas"]["Timestamp"] | null;
            reason: string;
        };
        /** @description Why it is not needed any more; one line. */
        LiftOrder: {
            reason: string;
        };
        /** @enum {string} */
        Locale: "zh-CN" | "en";
        /**
         * @description Which column holds what, in place of what the headings say: field → index of its column. A field that is not named is
         *     not imported.
         */
        Mapping: {
            mapping: {
                [key: string]: number;
            };
        };
        /**
         * @description What of a person can be masked. Names, titles and departments cannot: whoever is seen is seen with them.
         * @enum {string}
         */
        MaskedField: "mobile" | "mail" | "phone" | "employee-no" | "work-place" | "hired-on" | "manager" | "avatar" | "custom-public" | "custom-internal" | "custom-restricted" | "custom-confidential";
        Me: {
            /** @description What the person may do to a part of the directory; absent for most people. */
            delegated?: components["schemas"]["Power"][];
            enterprise: components["schemas"]["Enterprise"];
            lacks?: components["schemas"]["Factor"] | null;
            locale?: components["schemas"]["Locale"] | null;
            /** @description Nothing else is open before a new one is set. */
            must_change_password: boolean;
            password_ends_at?: components["schemas"]["Timestamp"] | null;
            password_rules: components["schemas"]["PasswordRules"];
            person: components["schemas"]["PersonCard"];
            roles: components["schemas"]["Role"][];
            server_time: components["schemas"]["Timestamp"];
            theme: components["schemas"]["Theme"];
        };
        /** @enum {string} */
        MemberRole: "owner" | "member";
        MembershipExplained: components["schemas"]["SightVerdict"] & {
            id: components["schemas"]["DepartmentId"];
            name: string;
        };
        Message: {
            at: components["schemas"]["Timestamp"];
            body?: components["schemas"]["MessageBody"] | null;
            cid?: components["schemas"]["ClientId"] | null;
            conversation: components["schemas"]["ConversationId"];
            g: components["schemas"]["CommitNo"];
            /**
             * @description `<conversation>-<seq>`
             * @example 17-42
             */
            id: string;
            /**
             * Format: int64
             * @description How many others have read it. In an event: 0, the read marks follow as events.
             */
            reads: number;
            recalled?: boolean;
            sender: components["schemas"]["PersonRef"];
            /**
             * Format: int64
             * @description Dense in its conversation, from 1.
             */
            seq: number;
            /** @description Recalled by nobody: the security administrator had the conversation shredded. */
            shredded?: boolean;
        };
        MessageBody: {
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            media: string;
            name: string;
            node: components["schemas"]["NodeId"];
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            type: "file";
        } | {
            actor: components["schemas"]["PersonRef"];
            /** Format: int32 */
            count: number;
            event: components["schemas"]["ConversationEvent"];
            people: components["schemas"]["PersonRef"][];
            title?: string | null;
            /** @enum {string} */
            type: "event";
        };
        /** @enum {string} */
        Mode: "all-or-nothing" | "good-rows";
        /** @description A person, department or tag, and what it is called at present. */
        NamedSubject: {
            /** @description `?` for what is gone. */
            name: string;
            subject: components["schemas"]["PeopleSubject"];
            /** @description Of a person. */
            uid?: string | null;
        };
        /** @description The only answer that ever bears the password. */
        NewAppPassword: {
            door: components["schemas"]["AppDoor"];
            /** Format: uuid */
            id: string;
            label: string;
            password: string;
        };
        NewAppPasswordRequest: {
            cid: components["schemas"]["ClientId"];
            door: components["schemas"]["AppDoor"];
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description What it is for, in the person's words. */
            label: string;
        };
        /** @description Which picture the person has now. */
        NewAvatar: {
            avatar: components["schemas"]["Version"];
        };
        /** @description What a client may send. */
        NewBody: {
            text: string;
            /** @enum {string} */
            type: "text";
        } | {
            /** @description `application/octet-stream` where it is not known. */
            media?: string | null;
            name: string;
            node: components["schemas"]["NodeId"];
            /** Format: int64 */
            size: number;
            /** @enum {string} */
            type: "file";
        };
        /** @description A shredding or a hold that is to be. `case`: the order, complaint or file number that it is for; one line. */
        NewCase: {
            case: string;
            subject: components["schemas"]["Subject"];
        };
        /** @description The only answer that ever bears the secret. */
        NewConnector: {
            connector: components["schemas"]["Connector"];
            secret: string;
        };
        NewConnectorRequest: {
            cid: components["schemas"]["ClientId"];
            /** @description Part of its bind name, so it never changes. ASCII letters, digits, `.`, `_`, `-`. */
            name: string;
            settings: components["schemas"]["ConnectorSettings"];
        };
        /** @description A conversation to be made. `members` are uids; the maker is always in it. */
        NewConversation: {
            cid?: components["schemas"]["ClientId"] | null;
            kind: components["schemas"]["ConversationKind"];
            /** @description Exactly one other person for a direct conversation, at least one for a group. */
            members: string[];
            /** @description Groups only. */
            title?: string | null;
        };
        NewDataRequest: {
            cid: components["schemas"]["ClientId"];
            field?: components["schemas"]["RequestField"] | null;
            kind: components["schemas"]["RequestKind"];
            reason?: string | null;
            /** @description What it is to be corrected to. */
            wanted?: string | null;
        };
        NewDelegation: {
            cid: components["schemas"]["ClientId"];
            /** @description Each with everything below it. */
            departments: components["schemas"]["DepartmentId"][];
            powers: components["schemas"]["Power"][];
            reason: string;
            /** @description Whose it is to be. */
            uid: string;
            until?: components["schemas"]["Timestamp"] | null;
        };
        NewDepartment: {
            cid: components["schemas"]["ClientId"];
            name: string;
            parent?: components["schemas"]["DepartmentId"] | null;
        };
        /** @description The only answer that ever bears the code. */
        NewEnrolment: {
            code: components["schemas"]["Code"];
            expires_at: components["schemas"]["Timestamp"];
            name: string;
            uid: string;
        };
        NewGrant: {
            cid: components["schemas"]["ClientId"];
            reason: string;
            role: components["schemas"]["Role"];
            uid: string;
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description Uids of the people to bring in. */
        NewMembers: {
            cid?: components["schemas"]["ClientId"] | null;
            members: string[];
        };
        /** @description A message to be sent. `cid` makes a retry harmless. */
        NewMessage: {
            body: components["schemas"]["NewBody"];
            cid: components["schemas"]["ClientId"];
        };
        /** @description `case`: what it is needed for; one line. */
        NewOpening: {
            case: string;
            content: components["schemas"]["SealedContent"];
        };
        /** @description What a browser answers when a passkey was made; the last two base64url without padding. */
        NewPasskey: {
            /** @description `response.attestationObject` */
            attestation: string;
            /** @description `response.clientDataJSON` */
            client_data: string;
            /** @description How the person tells it from the others. */
            name: string;
        };
        NewPerson: {
            cid: components["schemas"]["ClientId"];
            departments?: components["schemas"]["DepartmentId"][];
            employee_no?: string | null;
            /** @description Values of the fields that the enterprise added, by the field's key. */
            fields?: {
                [key: string]: string[];
            };
            /** @description ISO 8601 date. */
            hired_on?: string | null;
            mail?: string | null;
            main?: components["schemas"]["DepartmentId"] | null;
            /** @description The manager's uid. */
            manager?: string | null;
            mobile?: string | null;
            name: string;
            password?: components["schemas"]["Password"] | null;
            phone?: string | null;
            title?: string | null;
            /** @description What the person is in a department, by its id, where that is another title than the person's own. */
            titles?: {
                [key: string]: string;
            };
            /** @description Never changes. ASCII letters, digits, `.`, `_`, `-`, `@`. */
            uid: string;
            work_place?: string | null;
        };
        NewPersonField: {
            cid: components["schemas"]["ClientId"];
            /** @description Never changes. Lower-case ASCII letters, digits and `_`, a letter first; not a heading that imports know already. */
            key: string;
            kind: components["schemas"]["FieldKind"];
            settings: components["schemas"]["PersonFieldSettings"];
        };
        /** @description Who one is, once more: the password (and the code, for who has an authenticator app), or a passkey. */
        NewProof: {
            passkey?: components["schemas"]["Assertion"] | null;
            password?: components["schemas"]["Password"] | null;
            recovery_code?: string | null;
            totp?: string | null;
        };
        /** @description A renewal that is to be. `reason`: the incident, or the rule that asks for it; one line. */
        NewRenewal: {
            reason: string;
        };
        NewReview: {
            cid: components["schemas"]["ClientId"];
            /** @description What was found, or what is to be done; one line. */
            note?: string | null;
        };
        NewSavedFilter: {
            cid: components["schemas"]["ClientId"];
            filter: components["schemas"]["SavedChoice"];
            name: string;
        };
        NewTag: {
            cid: components["schemas"]["ClientId"];
            name: string;
            rule?: components["schemas"]["TagRule"] | null;
        };
        NewTagMember: {
            subject: components["schemas"]["PeopleSubject"];
            until?: components["schemas"]["Timestamp"] | null;
        };
        /** @description The only answer that ever bears the secret. */
        NewTotp: {
            /** @description RFC 4648 base 32, to be typed. */
            secret: string;
            /** @description `otpauth:`, to be shown as a QR code. */
            uri: string;
        };
        NewVisibilityRule: {
            cid: components["schemas"]["ClientId"];
            settings: components["schemas"]["VisibilityRuleSettings"];
        };
        NewWitness: {
            cid: components["schemas"]["ClientId"];
            /** @description `name+hash+base64`, type 0x04 (Ed25519 cosignature). */
            vkey: string;
        };
        /**
         * @description A file or folder. Survives rename and move, never used again.
         * @example 42
         */
        NodeId: string;
        NonReader: {
            person: components["schemas"]["PersonRef"];
        };
        /** @description One of the two. */
        Opened: {
            message?: components["schemas"]["OpenedMessage"] | null;
            query?: string | null;
        };
        /** @description A message with everything that it ever said, oldest first; nothing where it was shredded. */
        OpenedMessage: {
            bodies: components["schemas"]["MessageBody"][];
            /** @description As its members see it. */
            message: components["schemas"]["Message"];
        };
        Opening: {
            agreed_at?: components["schemas"]["Timestamp"] | null;
            agreed_by?: string | null;
            asked_at: components["schemas"]["Timestamp"];
            /** @description Who asked, by uid. */
            by: string;
            case: string;
            content: components["schemas"]["SealedContent"];
            id: string;
            state: components["schemas"]["OpeningState"];
        };
        /** @enum {string} */
        OpeningState: "asked" | "open" | "over";
        OwnChange: {
            /** @enum {string} */
            change: "settings";
            muted: boolean;
            pinned: boolean;
        } | {
            /** @enum {string} */
            change: "left";
        };
        /** @description By the fields' keys; an empty list clears. */
        OwnFields: {
            fields: {
                [key: string]: string[];
            };
        };
        OwnPasskeyChallenge: {
            /** @description base64url */
            challenge: string;
            enterprise: string;
            /** @description The relying-party id. */
            host: string;
            /** @description What authenticators call the person's passkeys; base64url. */
            known: string[];
            name: string;
            uid: string;
            /** @description base64url */
            user_handle: string;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_AppPassword: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                door: components["schemas"]["AppDoor"];
                expires_at?: components["schemas"]["Timestamp"] | null;
                /** Format: uuid */
                id: string;
                label: string;
                used_at?: components["schemas"]["Timestamp"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_AuditEntry: {
            items: {
                /** @description `noun.verb` */
                action: string;
                actor: components["schemas"]["AuditActor"];
                at: components["schemas"]["Timestamp"];
                /** @description Why it was refused or failed. */
                code?: string | null;
                /** Format: int64 */
                index: number;
                object: components["schemas"]["AuditObject"];
                outcome: components["schemas"]["Ending"];
                request: string;
                source: components["schemas"]["AuditSource"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Connector: {
            items: {
                bind_name: string;
                changed_at: components["schemas"]["Timestamp"];
                created_at: components["schemas"]["Timestamp"];
                /** Format: uuid */
                id: string;
                name: string;
                settings: components["schemas"]["ConnectorSettings"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Conversation: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                /** @description The newest commit that touched it. */
                g: components["schemas"]["CommitNo"];
                /**
                 * Format: int64
                 * @description Number of the newest message; 0 while there is none.
                 */
                head_seq: number;
                id: components["schemas"]["ConversationId"];
                /**
                 * Format: int64
                 * @description Messages from this number on may be seen.
                 */
                joined_seq: number;
                kind: components["schemas"]["ConversationKind"];
                last?: components["schemas"]["Message"] | null;
                /**
                 * Format: int64
                 * @description How many are in it now.
                 */
                members: number;
                muted: boolean;
                owner?: components["schemas"]["PersonRef"] | null;
                peer?: components["schemas"]["PersonRef"] | null;
                pinned: boolean;
                /** @description What this person has read: inclusive, ascending, disjoint. */
                read: [
                    number,
                    number
                ][];
                title?: string | null;
                /**
                 * Format: int64
                 * @description Messages after `joined_seq` that are neither read nor one's own.
                 */
                unread: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_ConversationMember: {
            items: {
                joined_at: components["schemas"]["Timestamp"];
                /** Format: int64 */
                joined_seq: number;
                person: components["schemas"]["PersonRef"];
                role: components["schemas"]["MemberRole"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_DataRequest: {
            items: {
                answer?: string | null;
                answered_at?: components["schemas"]["Timestamp"] | null;
                answered_by?: components["schemas"]["PersonRef"] | null;
                /** Format: int64 */
                copy_bytes?: number | null;
                copy_expires_at?: components["schemas"]["Timestamp"] | null;
                /** @description Fifteen days from Monday to Friday after it was opened. */
                due_at: components["schemas"]["Timestamp"];
                field?: components["schemas"]["RequestField"] | null;
                /** @description The number that the person is given. */
                id: string;
                kind: components["schemas"]["RequestKind"];
                opened_at: components["schemas"]["Timestamp"];
                overdue: boolean;
                person: components["schemas"]["PersonRef"];
                reason?: string | null;
                state: components["schemas"]["RequestState"];
                wanted?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Delegation: {
            items: {
                /** @description Each with its path from the root; each with everything below it. */
                departments: components["schemas"]["DepartmentRef"][][];
                granted_at: components["schemas"]["Timestamp"];
                granted_by: components["schemas"]["PersonRef"];
                id: components["schemas"]["DelegationId"];
                person: components["schemas"]["PersonRef"];
                powers: components["schemas"]["Power"][];
                reason: string;
                until?: components["schemas"]["Timestamp"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Department: {
            items: {
                /**
                 * Format: int32
                 * @description Departments directly below.
                 */
                children: number;
                /** @description Who leads it, in order. */
                heads: components["schemas"]["PersonRef"][];
                id: components["schemas"]["DepartmentId"];
                name: string;
                parent?: components["schemas"]["DepartmentId"] | null;
                /**
                 * Format: int32
                 * @description People in the whole subtree, each counted once; the frozen are not.
                 */
                people: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Departure: {
            items: {
                erase_at?: components["schemas"]["Timestamp"] | null;
                /** @description The shredding has begun: nobody comes back. */
                erasing: boolean;
                gone_at?: components["schemas"]["Timestamp"] | null;
                heir?: components["schemas"]["PersonRef"] | null;
                leaves_at: components["schemas"]["Timestamp"];
                ordered_at: components["schemas"]["Timestamp"];
                ordered_by: components["schemas"]["PersonRef"];
                person: components["schemas"]["Person"];
                reason: string;
                /** @description Why it does not go on: `handover`, `legal-hold`, or the code of a failure. */
                waits_for?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_DriveNode: {
            items: {
                changed_at: components["schemas"]["Timestamp"];
                changed_by?: components["schemas"]["PersonRef"] | null;
                /** Format: int32 */
                children?: number | null;
                /** @description Strong, without quotes. */
                etag: string;
                id: components["schemas"]["NodeId"];
                kind: components["schemas"]["DriveNodeKind"];
                media?: string | null;
                name: string;
                parent?: components["schemas"]["NodeId"] | null;
                rights: components["schemas"]["DriveRight"][];
                /**
                 * Format: int64
                 * @description Folder: of all files below.
                 */
                size: number;
                space: components["schemas"]["SpaceId"];
                version?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_DriveSpace: {
            items: {
                department?: components["schemas"]["DepartmentId"] | null;
                /** @description Of the root folder, without quotes. */
                etag: string;
                id: components["schemas"]["SpaceId"];
                kind: components["schemas"]["DriveSpaceKind"];
                /** @description The department's name, or the person's. */
                name: string;
                /** Format: int64 */
                quota_bytes: number;
                /** @description "manager", "editor" or "reader" */
                role: string;
                root: components["schemas"]["NodeId"];
                /** Format: int64 */
                used_bytes: number;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_DriveTrashItem: {
            items: (components["schemas"]["DriveNode"] & {
                deleted_at: components["schemas"]["Timestamp"];
                deleted_by?: components["schemas"]["PersonRef"] | null;
                /** @description Names of the folders it was in, from the space's root. */
                from_path: string[];
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_DriveVersion: {
            items: {
                at: components["schemas"]["Timestamp"];
                author?: components["schemas"]["PersonRef"] | null;
                current: boolean;
                /** Format: int64 */
                size: number;
                version: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Hold: {
            items: {
                at: components["schemas"]["Timestamp"];
                by: string;
                case: string;
                id: string;
                lifted_at?: components["schemas"]["Timestamp"] | null;
                lifted_by?: string | null;
                subject: components["schemas"]["Subject"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_ImportEntry: {
            items: {
                applied_at?: components["schemas"]["Timestamp"] | null;
                counts: components["schemas"]["ImportCounts"];
                created_at: components["schemas"]["Timestamp"];
                created_by: components["schemas"]["PersonRef"];
                /** Format: uuid */
                id: string;
                name: string;
                state: components["schemas"]["ImportState"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_ImportRow: {
            items: {
                changes: components["schemas"]["FieldChange"][];
                name?: string | null;
                outcome: components["schemas"]["RowOutcome"];
                problems: components["schemas"]["RowProblem"][];
                /**
                 * Format: int32
                 * @description As the spreadsheet numbers it, from 1.
                 */
                row: number;
                uid?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Message: {
            items: {
                at: components["schemas"]["Timestamp"];
                body?: components["schemas"]["MessageBody"] | null;
                cid?: components["schemas"]["ClientId"] | null;
                conversation: components["schemas"]["ConversationId"];
                g: components["schemas"]["CommitNo"];
                /**
                 * @description `<conversation>-<seq>`
                 * @example 17-42
                 */
                id: string;
                /**
                 * Format: int64
                 * @description How many others have read it. In an event: 0, the read marks follow as events.
                 */
                reads: number;
                recalled?: boolean;
                sender: components["schemas"]["PersonRef"];
                /**
                 * Format: int64
                 * @description Dense in its conversation, from 1.
                 */
                seq: number;
                /** @description Recalled by nobody: the security administrator had the conversation shredded. */
                shredded?: boolean;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Opening: {
            items: {
                agreed_at?: components["schemas"]["Timestamp"] | null;
                agreed_by?: string | null;
                asked_at: components["schemas"]["Timestamp"];
                /** @description Who asked, by uid. */
                by: string;
                case: string;
                content: components["schemas"]["SealedContent"];
                id: string;
                state: components["schemas"]["OpeningState"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_PersonCard: {
            items: (components["schemas"]["Person"] & {
                department_head?: components["schemas"]["PersonRef"] | null;
                /** @description One path for each department, from the root down. */
                department_paths: components["schemas"]["DepartmentRef"][][];
                employee_no?: string | null;
                /** @description Of the fields that the enterprise added: what the asker may see and the person has. */
                fields: components["schemas"]["CardField"][];
                /** @description ISO 8601 date. */
                hired_on?: string | null;
                mail?: string | null;
                manager?: components["schemas"]["PersonRef"] | null;
                mobile?: string | null;
                phone?: string | null;
                work_place?: string | null;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Renewal: {
            items: {
                asked_at: components["schemas"]["Timestamp"];
                /** @description Who asked, by uid. */
                by: string;
                /**
                 * Format: int64
                 * @description Of contents and chunks, as they lie on the disk.
                 */
                bytes: number;
                /** Format: int64 */
                chunks: number;
                /** Format: int64 */
                contents: number;
                /** Format: int64 */
                conversations: number;
                done_at?: components["schemas"]["Timestamp"] | null;
                id: string;
                /**
                 * Format: int64
                 * @description Data keys that were destroyed with the HSM key of their epoch.
                 */
                keys: number;
                /**
                 * Format: int64
                 * @description What somebody was still writing, or was about to be swept: it kept its key.
                 */
                left: number;
                /**
                 * Format: int64
                 * @description What a recall hid is counted, too.
                 */
                messages: number;
                reason: string;
                stage: components["schemas"]["RenewalStage"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_RoleGrant: {
            items: {
                granted_at: components["schemas"]["Timestamp"];
                granted_by?: components["schemas"]["PersonRef"] | null;
                person: components["schemas"]["PersonRef"];
                reason: string;
                role: components["schemas"]["Role"];
                until?: components["schemas"]["Timestamp"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_SavedFilter: {
            items: {
                created_at: components["schemas"]["Timestamp"];
                filter: components["schemas"]["SavedChoice"];
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_SessionView: {
            items: {
                address?: string | null;
                agent: string;
                created_at: components["schemas"]["Timestamp"];
                current: boolean;
                door: string;
                id: components["schemas"]["SessionId"];
                seen_at: components["schemas"]["Timestamp"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Shred: {
            items: {
                asked_at: components["schemas"]["Timestamp"];
                /** @description Who asked, by uid. */
                by: string;
                case: string;
                done_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: int64
                 * @description The entry of the audit log that has the certificate's hash.
                 */
                entry?: number | null;
                /** Format: int64 */
                files: number;
                id: string;
                /**
                 * Format: int64
                 * @description Versions and chunks that another file also holds; they stay readable there.
                 */
                kept: number;
                /**
                 * Format: int64
                 * @description Data keys that were destroyed with the HSM key of their epoch.
                 */
                keys: number;
                /** Format: int64 */
                messages: number;
                state: components["schemas"]["ShredState"];
                subject: components["schemas"]["Subject"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_SignInRecord: {
            items: {
                address?: string | null;
                agent: string;
                at: components["schemas"]["Timestamp"];
                door: string;
                succeeded: boolean;
                /** @description The code of the refusal. */
                why?: string | null;
                /** @description `password`, `second-factor`, `passkey`. */
                with?: string | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_String: {
            items: string[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Tag: {
            items: {
                changed_at: components["schemas"]["Timestamp"];
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["TagId"];
                /**
                 * Format: int32
                 * @description Members that it names.
                 */
                members: number;
                name: string;
                /** @description What the rule's ids are called; empty without a rule. */
                names: components["schemas"]["NamedSubject"][];
                /**
                 * Format: int64
                 * @description Listed people whom it holds in the end.
                 */
                people: number;
                rule?: components["schemas"]["TagRule"] | null;
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_TagMember: {
            items: (components["schemas"]["NamedSubject"] & {
                until?: components["schemas"]["Timestamp"] | null;
            })[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_VisibilityRule: {
            items: {
                changed_at: components["schemas"]["Timestamp"];
                created_at: components["schemas"]["Timestamp"];
                id: components["schemas"]["RuleId"];
                names: components["schemas"]["RuleNames"];
                settings: components["schemas"]["VisibilityRuleSettings"];
            }[];
            next?: string | null;
        };
        /** @description One page of a list. `next` is opaque and goes into `?cursor=`; absent means that this was the last page. */
        Page_Witness: {
            items: {
                asked_at?: components["schemas"]["Timestamp"] | null;
                /** Format: uuid */
                id: string;
                /** @description As its key names it. */
                name: string;
                registered_at: components["schemas"]["Timestamp"];
                registered_by: components["schemas"]["PersonRef"];
                seen?: components["schemas"]["WitnessSeen"] | null;
                /** @description C2SP verifier key. */
                vkey: string;
            }[];
            next?: string | null;
        };
        Passkey: {
            created_at: components["schemas"]["Timestamp"];
            /** Format: uuid */
            id: string;
            name: string;
            /** @description There may be copies on the person's other devices. */
            synced: boolean;
            used_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @description To be signed by a passkey within five minutes. */
        PasskeyChallenge: {
            /** @description base64url */
            challenge: string;
            /** @description The relying-party id. */
            host: string;
        };
        /**
         * Format: password
         * @description Wiped on drop, never printed, never serialised.
         */
        Password: string;
        PasswordChange: {
            current: components["schemas"]["Password"];
            password: components["schemas"]["Password"];
        };
        /** @description How a password must look. What is 0 is not asked for. */
        PasswordPolicy: {
            /**
             * Format: int32
             * @description It must be changed after so many days.
             */
            age_days: number;
            /** @description Words that no password contains, besides names and what everybody tries first. */
            banned: string[];
            /**
             * Format: int32
             * @description Of small letters, capital letters, digits and all other characters, so many kinds.
             */
            classes: number;
            /**
             * Format: int32
             * @description It is none of the last so many, the one in use counted.
             */
            history: number;
            /**
             * Format: int32
             * @description Characters at the least.
             */
            length: number;
            profile: components["schemas"]["Profile"];
            /**
             * Format: int32
             * @description 1 to 4: more than a thousand, a million, a hundred million, ten thousand million guesses.
             */
            strength: number;
            /**
             * Format: int32
             * @description People are told so many days before.
             */
            warning_days: number;
        };
        /** @description What of it somebody must know who chooses a password. */
        PasswordRules: {
            /** Format: int32 */
            age_days: number;
            /** Format: int32 */
            classes: number;
            /** Format: int32 */
            history: number;
            /** Format: int32 */
            length: number;
            /** Format: int32 */
            strength: number;
        };
        /** @description A page of people, and how many there are on all pages. */
        PeoplePage: {
            items: components["schemas"]["Person"][];
            next?: string | null;
            /**
             * Format: int64
             * @description Exactly those whom the caller sees.
             */
            total: number;
        };
        /** @description A person, a department with everything below it, or a tag. */
        PeopleSubject: {
            id: components["schemas"]["PersonId"];
            /** @enum {string} */
            kind: "person";
        } | {
            id: components["schemas"]["DepartmentId"];
            /** @enum {string} */
            kind: "department";
        } | {
            id: components["schemas"]["TagId"];
            /** @enum {string} */
            kind: "tag";
        };
        /** @description A person as everybody in the enterprise sees one. */
        Person: {
            avatar?: components["schemas"]["Version"] | null;
            /** Format: int32 */
            avatar_hue: number;
            departments: components["schemas"]["Belonging"][];
            id: components["schemas"]["PersonId"];
            name: string;
            /** @description Syllables separated by spaces. */
            pinyin: string;
            state: components["schemas"]["PersonState"];
            title?: string | null;
            uid: string;
        };
        /** @description A person's card: what is opened by a click on a name. */
        PersonCard: components["schemas"]["Person"] & {
            department_head?: components["schemas"]["PersonRef"] | null;
            /** @description One path for each department, from the root down. */
            department_paths: components["schemas"]["DepartmentRef"][][];
            employee_no?: string | null;
            /** @description Of the fields that the enterprise added: what the asker may see and the person has. */
            fields: components["schemas"]["CardField"][];
            /** @description ISO 8601 date. */
            hired_on?: string | null;
            mail?: string | null;
            manager?: components["schemas"]["PersonRef"] | null;
            mobile?: string | null;
            phone?: string | null;
            work_place?: string | null;
        };
        /** @description What is absent stays; `null` clears. */
        PersonChange: {
            departments?: components["schemas"]["DepartmentId"][] | null;
            employee_no?: string | null;
            /** @description Values of the fields that the enterprise added, by the field's key; an empty list clears. */
            fields?: {
                [key: string]: string[];
            };
            hired_on?: string | null;
            mail?: string | null;
            main?: components["schemas"]["DepartmentId"] | null;
            /** @description The manager's uid. */
            manager?: string | null;
            mobile?: string | null;
            name?: string | null;
            phone?: string | null;
            title?: string | null;
            /** @description What the person is in a department, by its id; an empty one clears. */
            titles?: {
                [key: string]: string;
            };
            work_place?: string | null;
        };
        PersonField: components["schemas"]["PersonFieldSettings"] & {
            /** @description What sheets and programs call it; never changes. */
            key: string;
            kind: components["schemas"]["FieldKind"];
        };
        /** @description What is absent stays. Values that people have stay as they are; new ones must keep to the new settings. */
        PersonFieldChange: {
            /**
             * Format: int32
             * @description The place among all fields, from 0.
             */
            place?: number | null;
            settings?: components["schemas"]["PersonFieldSettings"] | null;
        };
        PersonFieldList: {
            items: components["schemas"]["PersonField"][];
        };
        PersonFieldSettings: {
            /** @description Of a choice: at least one. */
            choices?: string[];
            editor: components["schemas"]["Editor"];
            label_en: string;
            label_zh: string;
            /** @description The least number or first day. */
            least?: string | null;
            /** @description The greatest number or last day; of a text its most characters. */
            most?: string | null;
            /** @description Shown on the person's card; else only to the person and the system administrator. */
            on_card: boolean;
            /** @description New people must have a value, and it may not be taken away. */
            required?: boolean;
            sensitivity: components["schemas"]["Sensitivity"];
            /** @description A person may have more than one value. */
            several?: boolean;
        };
        /**
         * @description A person of the directory. Never used again, also after erasure.
         * @example 42
         */
        PersonId: string;
        PersonRef: {
            avatar?: components["schemas"]["Version"] | null;
            /** Format: int32 */
            avatar_hue: number;
            id: components["schemas"]["PersonId"];
            name: string;
            uid: string;
        };
        /** @enum {string} */
        PersonState: "invited" | "active" | "frozen" | "leaving" | "gone" | "erased";
        /** @description What is absent stays. */
        PostChange: {
            /** @description The uid of the one behind whom the person is put; `null`: to the front. Heads stand before everybody else in any case. */
            after?: string | null;
            /** @description Leads the department. */
            head?: boolean | null;
            /** @description In this department; `null`: the person's own counts. */
            title?: string | null;
        };
        /**
         * @description What a delegate may do in the departments given to them.
         * @enum {string}
         */
        Power: "people" | "departments" | "sign-in";
        PreferenceChange: {
            locale?: components["schemas"]["Locale"] | null;
            theme?: components["schemas"]["Theme"] | null;
        };
        /**
         * @description The body of every error answer. `code` is a closed set; clients translate it and never show `title`. The id of the
         *     request is in `X-Request-Id`.
         */
        Problem: {
            /** @enum {string} */
            code: "bad-request" | "not-signed-in" | "wrong-credentials" | "second-factor-required" | "wrong-second-factor" | "passkey-required" | "forbidden" | "step-up-required" | "enrolment-required" | "password-change-required" | "not-found" | "method-not-allowed" | "conflict" | "gone" | "precondition-failed" | "too-large" | "unsupported-media-type" | "invalid" | "locked" | "too-many-attempts" | "rate-limited" | "internal" | "sealed" | "busy" | "not-ready" | "audit-unavailable" | "quota-exceeded";
            /** @description Which field of the input breaks a rule. */
            field?: string | null;
            /** Format: int64 */
            limit?: number | null;
            /** Format: int64 */
            retry_seconds?: number | null;
            /** @description Which rule: stable, kebab-case. */
            rule?: string | null;
            /** Format: int32 */
            status: number;
            /** @description English, for logs. */
            title: string;
            /** @description `/problems/<code>` */
            type: string;
        };
        /**
         * @description Whose advice the values follow; it bounds them.
         * @enum {string}
         */
        Profile: "dengbao" | "nist";
        Reader: {
            at: components["schemas"]["Timestamp"];
            person: components["schemas"]["PersonRef"];
        };
        /** @description Who has read a message and who has not. The sender stands in neither list. */
        Readers: {
            read: components["schemas"]["Reader"][];
            unread: components["schemas"]["NonReader"][];
        };
        /** @description Inclusive ranges of message numbers, at most 100. */
        ReadRanges: {
            ranges: [
                number,
                number
            ][];
        };
        /** @description The client id of one attempt. */
        RecallAttempt: {
            cid?: components["schemas"]["ClientId"] | null;
        };
        /** @description The only answer that ever bears them. */
        RecoveryCodes: {
            codes: string[];
        };
        /** @description What brings the keys back where the token is lost: so many of its shares. */
        RecoveryKit: {
            /** @description What stands on every share. */
            id: string;
            made_at: components["schemas"]["Timestamp"];
            /** Format: int32 */
            needed: number;
            /** Format: int32 */
            of: number;
            rehearsed_at?: components["schemas"]["Timestamp"] | null;
        };
        Redemption: {
            code: components["schemas"]["Code"];
            password: components["schemas"]["Password"];
            recovery_code?: string | null;
            /** @description For who has an authenticator app: its code, or a recovery code in its place. */
            totp?: string | null;
        };
        Rehearsal: {
            at: components["schemas"]["Timestamp"];
            by: components["schemas"]["AuditActor"];
            /**
             * Format: int64
             * @description Its audit entry.
             */
            index: number;
            outcome: components["schemas"]["Ending"];
        };
        /** @enum {string} */
        RelayState: "off" | "on" | "silent";
        Renewal: {
            asked_at: components["schemas"]["Timestamp"];
            /** @description Who asked, by uid. */
            by: string;
            /**
             * Format: int64
             * @description Of contents and chunks, as they lie on the disk.
             */
            bytes: number;
            /** Format: int64 */
            chunks: number;
            /** Format: int64 */
            contents: number;
            /** Format: int64 */
            conversations: number;
            done_at?: components["schemas"]["Timestamp"] | null;
            id: string;
            /**
             * Format: int64
             * @description Data keys that were destroyed with the HSM key of their epoch.
             */
            keys: number;
            /**
             * Format: int64
             * @description What somebody was still writing, or was about to be swept: it kept its key.
             */
            left: number;
            /**
             * Format: int64
             * @description What a recall hid is counted, too.
             */
            messages: number;
            reason: string;
            stage: components["schemas"]["RenewalStage"];
        };
        /**
         * @description What is sealed again at present, in this order.
         * @enum {string}
         */
        RenewalStage: "messages" | "contents" | "chunks" | "index" | "database" | "keys" | "done";
        /**
         * @description What of a person's record a request is about.
         * @enum {string}
         */
        RequestField: "name" | "title" | "mail" | "mobile" | "phone" | "employee_no" | "work_place" | "hired_on";
        /** @enum {string} */
        RequestKind: "copy" | "correct" | "delete" | "restrict";
        /** @enum {string} */
        RequestState: "open" | "done" | "refused" | "withdrawn";
        /** @description What a group of people needs. */
        Requirement: {
            factor: components["schemas"]["Factor"];
            group: components["schemas"]["Group"];
        };
        /** @description Somebody has looked through the list. */
        Review: {
            /**
             * Format: int64
             * @description Rows that the list had then.
             */
            holdings: number;
            id: string;
            note: string;
            reviewed_at: components["schemas"]["Timestamp"];
            reviewed_by: components["schemas"]["PersonRef"];
        };
        /**
         * @description The three administrators. Nobody holds two of them.
         * @enum {string}
         */
        Role: "system" | "security" | "audit";
        RoleGrant: {
            granted_at: components["schemas"]["Timestamp"];
            granted_by?: components["schemas"]["PersonRef"] | null;
            person: components["schemas"]["PersonRef"];
            reason: string;
            role: components["schemas"]["Role"];
            until?: components["schemas"]["Timestamp"] | null;
        };
        /**
         * @description Of spaces and conversations.
         * @enum {string}
         */
        RoomReason: "own-space" | "somebodys-space" | "department-member" | "not-in-department" | "conversation-member" | "not-in-conversation" | "conversation-file" | "group-owner" | "not-group-owner" | "direct-conversation";
        /** @description An epoch that began. */
        Rotation: {
            /** Format: int32 */
            epoch: number;
            epoch_since: components["schemas"]["Timestamp"];
        };
        /** @description Nothing to choose. */
        RotationOrder: Record<string, unknown>;
        /** @enum {string} */
        RowOutcome: "new" | "changed" | "same" | "error";
        /** @description What is wrong with a cell. `code` is stable; the client translates it. */
        RowProblem: {
            code: string;
            field?: string | null;
            /** @description What would be right: a row number, a limit, a name. */
            hint?: string | null;
            severity: components["schemas"]["Severity"];
            value?: string | null;
        };
        /**
         * @description What a rule does.
         * @enum {string}
         */
        RuleEffect: "hide" | "restrict" | "mask";
        /**
         * @description A rule of who sees whom.
         * @example 42
         */
        RuleId: string;
        RuleNames: {
            exempt: components["schemas"]["NamedSubject"][];
            objects: components["schemas"]["NamedSubject"][];
            subjects: components["schemas"]["NamedSubject"][];
        };
        /** @description How many listed people each list of a rule means. */
        RulePreview: {
            /** Format: int64 */
            exempt: number;
            /** Format: int64 */
            objects: number;
            /** Format: int64 */
            subjects: number;
        };
        /** @description What a saved filter asks for. What is absent asks for everything. */
        SavedChoice: {
            action?: string | null;
            /** @description A uid; or `system`, `stranger`. */
            actor?: string | null;
            /** @description An IP address. */
            address?: string | null;
            /**
             * Format: int64
             * @description Microseconds, inclusive.
             */
            from?: number | null;
            /** @description `kind/id`; or a kind or an id alone. */
            object?: string | null;
            outcome?: components["schemas"]["Ending"] | null;
            since?: components["schemas"]["SavedSince"] | null;
            /**
             * Format: int64
             * @description Microseconds, inclusive.
             */
            to?: number | null;
        };
        SavedFilter: {
            created_at: components["schemas"]["Timestamp"];
            filter: components["schemas"]["SavedChoice"];
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @enum {string} */
        SavedSince: "today" | "week" | "month";
        /** @description What is to be opened. `id`: of a message as the log has it (`12-34`), of a query the index of its entry. */
        SealedContent: {
            id: string;
            kind: components["schemas"]["SealedKind"];
        };
        /** @enum {string} */
        SealedKind: "message" | "query";
        /** @description Why the box is sealed. The reason is kept sealed in the audit log. */
        SealOrder: {
            reason: string;
        };
        /** @description Groups for `kind=all`, one list otherwise. */
        SearchAnswer: components["schemas"]["SearchGroups"] | components["schemas"]["SearchList"];
        SearchGroup: {
            items: components["schemas"]["SearchHit"][];
            kind: components["schemas"]["Kind"];
            /** @description Goes on in the list of this kind. */
            next?: string | null;
            /**
             * Format: int64
             * @description All hits that the person may see.
             */
            total: number;
        };
        SearchGroups: {
            /** @description Those that have hits: people, conversations, messages, files. */
            groups: components["schemas"]["SearchGroup"][];
            /** @description The index is still being fed: hits may be missing. */
            partial: boolean;
            /** Format: int64 */
            took_milliseconds: number;
        };
        SearchHit: {
            /** @enum {string} */
            kind: "people";
            matched: components["schemas"]["SearchMatched"];
            person: components["schemas"]["Person"];
        } | {
            conversation: components["schemas"]["Conversation"];
            /** @enum {string} */
            kind: "conversations";
            ranges: [
                number,
                number
            ][];
        } | {
            /** @description The group's title, or the other one's name. */
            conversation_title: string;
            /** @enum {string} */
            kind: "messages";
            message: components["schemas"]["SearchMessage"];
            snippet: components["schemas"]["SearchSnippet"];
        } | {
            conversation?: components["schemas"]["ConversationId"] | null;
            /** @enum {string} */
            kind: "files";
            node: components["schemas"]["DriveNode"];
            path: components["schemas"]["DrivePathItem"][];
            /** @description In the name. */
            ranges: [
                number,
                number
            ][];
            snippet?: components["schemas"]["SearchSnippet"] | null;
        };
        SearchList: {
            items: components["schemas"]["SearchHit"][];
            next?: string | null;
            partial: boolean;
            /** Format: int64 */
            took_milliseconds: number;
            /** Format: int64 */
            total: number;
        };
        SearchMatched: {
            /** @description `name`, `pinyin`, `initials` or `uid`. */
            field: string;
            /** @description In the person's `name`, `pinyin` (also for initials) or `uid`. */
            ranges: [
                number,
                number
            ][];
        };
        SearchMessage: {
            at: components["schemas"]["Timestamp"];
            conversation: components["schemas"]["ConversationId"];
            sender: components["schemas"]["PersonRef"];
            /** Format: int64 */
            seq: number;
        };
        SearchSnippet: {
            ranges: [
                number,
                number
            ][];
            text: string;
        };
        SecondFactors: {
            passkeys: components["schemas"]["Passkey"][];
            /**
             * Format: int32
             * @description How many are left.
             */
            recovery_codes: number;
            /** @description What signing in asks of the person. */
            required: components["schemas"]["Factor"];
            totp_since?: components["schemas"]["Timestamp"] | null;
        };
        /** @description It wraps the epoch key too. `is_current` false: it has missed a rotation, cannot take over, and still holds older keys. */
        SecondToken: {
            /** Format: int32 */
            epoch: number;
            is_current: boolean;
            label: string;
            mechanism: string;
            serial: string;
            /** @description What will verify the log once it has taken over. */
            vkey: string;
        };
        /**
         * @description Who sees a field's values: see [`super::sees`].
         * @enum {string}
         */
        Sensitivity: "public" | "internal" | "restricted" | "confidential";
        /**
         * Format: uuid
         * @description The public id of a session (not its token).
         * @example 0192f0c1-2b7a-7c3e-8a51-9d5f0e6b4a10
         */
        SessionId: string;
        SessionView: {
            address?: string | null;
            agent: string;
            created_at: components["schemas"]["Timestamp"];
            current: boolean;
            door: string;
            id: components["schemas"]["SessionId"];
            seen_at: components["schemas"]["Timestamp"];
        };
        SetPassword: {
            password: components["schemas"]["Password"];
        };
        /** @enum {string} */
        Severity: "error" | "warning";
        Shred: {
            asked_at: components["schemas"]["Timestamp"];
            /** @description Who asked, by uid. */
            by: string;
            case: string;
            done_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: int64
             * @description The entry of the audit log that has the certificate's hash.
             */
            entry?: number | null;
            /** Format: int64 */
            files: number;
            id: string;
            /**
             * Format: int64
             * @description Versions and chunks that another file also holds; they stay readable there.
             */
            kept: number;
            /**
             * Format: int64
             * @description Data keys that were destroyed with the HSM key of their epoch.
             */
            keys: number;
            /** Format: int64 */
            messages: number;
            state: components["schemas"]["ShredState"];
            subject: components["schemas"]["Subject"];
        };
        /** @enum {string} */
        ShredState: "waiting" | "running" | "held" | "done";
        SightExplanation: {
            /** @description Whether, and why, in each department; the verdict follows from these where there are some. */
            departments: components["schemas"]["MembershipExplained"][];
            fields: components["schemas"]["FieldExplained"][];
            person: components["schemas"]["PersonRef"];
            verdict: components["schemas"]["SightVerdict"];
            viewer: components["schemas"]["PersonRef"];
        };
        /** @enum {string} */
        SightReason: "oneself" | "open" | "hidden" | "restricted" | "allowed" | "masked" | "erased" | "damaged";
        SightVerdict: {
            reason: components["schemas"]["SightReason"];
            rule?: components["schemas"]["RuleId"] | null;
            rule_name?: string | null;
            visible: boolean;
        };
        /** @description A browser gets the cookie instead of the token. */
        SignedIn: {
            person: components["schemas"]["Person"];
            token?: string | null;
        };
        /** @description Who wants to come in. */
        SignIn: {
            password: components["schemas"]["Password"];
            recovery_code?: string | null;
            /** @description For who has an authenticator app: its code, or a recovery code in its place. */
            totp?: string | null;
            uid: string;
        };
        /** @description What signing in asks for. */
        SignInPolicy: {
            password: components["schemas"]["PasswordPolicy"];
            /** @description The strictest that fits a person counts. Nobody named: a password is enough. */
            requirements: components["schemas"]["Requirement"][];
        };
        /** @description One time that somebody came, or tried to come, into one's account. */
        SignInRecord: {
            address?: string | null;
            agent: string;
            at: components["schemas"]["Timestamp"];
            door: string;
            succeeded: boolean;
            /** @description The code of the refusal. */
            why?: string | null;
            /** @description `password`, `second-factor`, `passkey`. */
            with?: string | null;
        };
        /**
         * @description A space of the drive. Also its container id in search.
         * @example 42
         */
        SpaceId: string;
        /** @description What anybody may know of the box before signing in. */
        Status: {
            languages: string[];
            /** @description The enterprise's name. */
            name: string;
            server_time: components["schemas"]["Timestamp"];
            /** @description Since when the process runs. */
            since: components["schemas"]["Timestamp"];
            /** @description `uninitialised`, `sealed`, `unsealing`, `opening`, `unsealed`, `degraded` or `quarantined`. */
            state: string;
            version: string;
        };
        /** @description What it is about. `id`: of a conversation or a node, as the audit log has it; of a person the uid. */
        Subject: {
            id: string;
            kind: components["schemas"]["SubjectKind"];
        };
        /** @enum {string} */
        SubjectKind: "conversation" | "node" | "person";
        /** @description One page of a catch-up. */
        SyncPage: {
            items: components["schemas"]["ConversationChange"][];
            more: boolean;
            /** @description The cursor to go on from. */
            next: components["schemas"]["CommitNo"];
            /** @description The log does not reach back far enough, or there is too much: load the list of conversations anew, go on from `next`. */
            reset: boolean;
        };
        Tag: {
            changed_at: components["schemas"]["Timestamp"];
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["TagId"];
            /**
             * Format: int32
             * @description Members that it names.
             */
            members: number;
            name: string;
            /** @description What the rule's ids are called; empty without a rule. */
            names: components["schemas"]["NamedSubject"][];
            /**
             * Format: int64
             * @description Listed people whom it holds in the end.
             */
            people: number;
            rule?: components["schemas"]["TagRule"] | null;
        };
        /** @description Whom a rule would mean. */
        TagAsk: {
            rule: components["schemas"]["TagRule"];
        };
        /** @description What is absent stays. */
        TagChange: {
            name?: string | null;
            rule?: components["schemas"]["TagRule"] | null;
        };
        TagCondition: {
            /** @description It must not hold. */
            not?: boolean;
            test: components["schemas"]["TagTest"];
        };
        /**
         * @description A tag: a named set of people.
         * @example 42
         */
        TagId: string;
        TagMember: components["schemas"]["NamedSubject"] & {
            until?: components["schemas"]["Timestamp"] | null;
        };
        TagPreview: {
            /** @description The first of them. */
            first: components["schemas"]["PersonRef"][];
            /**
             * Format: int64
             * @description Listed people.
             */
            people: number;
        };
        TagRule: {
            conditions: components["schemas"]["TagCondition"][];
            of: components["schemas"]["TagRuleOf"];
        };
        /**
         * @description How many of the conditions must hold.
         * @enum {string}
         */
        TagRuleOf: "all" | "any";
        TagTest: {
            /** @enum {string} */
            field: "department";
            /** @description In it or below. */
            value: components["schemas"]["DepartmentId"];
        } | {
            /** @enum {string} */
            field: "title_contains";
            /** @description Upper and lower case are the same. */
            value: string;
        } | {
            /** @enum {string} */
            field: "state";
            value: components["schemas"]["PersonState"];
        } | {
            /** @enum {string} */
            field: "work_place";
            /** @description The whole of it. */
            value: string;
        } | {
            /** @enum {string} */
            field: "manager";
            /** @description Directly below this person. */
            value: components["schemas"]["PersonId"];
        };
        /** @description What of a person ends by itself, for who keeps the account. */
        Terms: {
            departments: components["schemas"]["DepartmentEnd"][];
            frozen_until?: components["schemas"]["Timestamp"] | null;
            leaves_at?: components["schemas"]["Timestamp"] | null;
            role_until?: components["schemas"]["Timestamp"] | null;
            valid_until?: components["schemas"]["Timestamp"] | null;
        };
        /** @enum {string} */
        Theme: "system" | "light" | "dark";
        /**
         * Format: int64
         * @description UTC microseconds since 1970-01-01.
         * @example 1795305600000000
         */
        Timestamp: number;
        /** @description The device. `software`: a token made of files, for evaluation only. */
        Token: {
            label: string;
            manufacturer: string;
            model: string;
            serial: string;
            software: boolean;
        };
        TotpCode: {
            /** @description Six digits. */
            code: string;
        };
        /**
         * @description The answer in one word.
         * @enum {string}
         */
        Verdict: "clean" | "bad" | "cannot-tell";
        /** @description What recomputing the whole log has shown. */
        Verification: {
            /** Format: int64 */
            checked_entries: number;
            findings: components["schemas"]["Finding"][];
            /** Format: int64 */
            first_bad?: number | null;
            /** @description The box's verifier key. Compare it with the one that you wrote down. */
            key: string;
            /** Format: int64 */
            milliseconds: number;
            /** @description Root hash, base64. */
            root: string;
            /**
             * Format: int64
             * @description Entries under the signed checkpoint.
             */
            size: number;
            verdict: components["schemas"]["Verdict"];
        };
        /** @description Nothing to choose. */
        VerificationOrder: Record<string, unknown>;
        /**
         * @description Which picture of a person: another picture has another version.
         * @example 00c0ffee00c0ffee
         */
        Version: string;
        /** @description A rule, and what its subjects, objects and exempt are called. */
        VisibilityRule: {
            changed_at: components["schemas"]["Timestamp"];
            created_at: components["schemas"]["Timestamp"];
            id: components["schemas"]["RuleId"];
            names: components["schemas"]["RuleNames"];
            settings: components["schemas"]["VisibilityRuleSettings"];
        };
        /** @description One rule. Which of the lists it has goes by its effect. */
        VisibilityRuleSettings: {
            effect: components["schemas"]["RuleEffect"];
            enabled: boolean;
            /** @description For whom the rule does not count. */
            exempt?: components["schemas"]["PeopleSubject"][];
            /** @description What is masked. */
            fields?: components["schemas"]["MaskedField"][];
            name: string;
            /** @description Who is hidden, whom the restricted may see, whose fields are masked. */
            objects?: components["schemas"]["PeopleSubject"][];
            /** @description The restricted see their own departments with everything below them too. */
            own_departments?: boolean;
            /** @description Who is restricted. */
            subjects?: components["schemas"]["PeopleSubject"][];
        };
        /** @description A device with a file system on it, and the folders of the box that lie there. `.` is the data folder itself. */
        Volume: {
            device: string;
            file_system: string;
            folders: string[];
            /** Format: int64 */
            free_bytes: number;
            mounted_on: string;
            /** Format: int64 */
            size_bytes: number;
        };
        /** @description A witness as it stands. */
        Witness: {
            asked_at?: components["schemas"]["Timestamp"] | null;
            /** Format: uuid */
            id: string;
            /** @description As its key names it. */
            name: string;
            registered_at: components["schemas"]["Timestamp"];
            registered_by: components["schemas"]["PersonRef"];
            seen?: components["schemas"]["WitnessSeen"] | null;
            /** @description C2SP verifier key. */
            vkey: string;
        };
        WitnessOrder: {
            /**
             * Format: int64
             * @description Entries that the witness has seen; 0 when it has seen none.
             */
            old: number;
        };
        /** @description The largest checkpoint that it has cosigned. */
        WitnessSeen: {
            /** @description As the witness says. */
            at: components["schemas"]["Timestamp"];
            /** @description The checkpoint with the signatures of the log and of the witness (C2SP signed note). */
            note: string;
            received_at: components["schemas"]["Timestamp"];
            /** Format: int64 */
            size: number;
            /** @description Whether the log continues it now. */
            standing: components["schemas"]["WitnessStanding"];
        };
        /**
         * @description How the log stands to a checkpoint of it that somebody else has seen.
         * @enum {string}
         */
        WitnessStanding: "continues" | "rolled-back" | "forked" | "cannot-tell";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    admin_data_requests_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Those that wait for an answer, when absent. */
                state?: "open" | "closed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DataRequest"];
                };
            };
        };
    };
    admin_data_requests_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answer"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataRequest"];
                };
            };
        };
    };
    admin_data_requests_refuse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answer"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataRequest"];
                };
            };
        };
    };
    admin_departures_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Departure"];
                };
            };
        };
    };
    admin_imports_history: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ImportEntry"];
                };
            };
        };
    };
    admin_people_list_all: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                department?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Part of a name or uid, or the beginning of its pinyin or initials. */
                q?: string;
                /** @description For the system administrator only; elsewhere it is ignored. */
                state?: components["schemas"]["PersonState"];
                /** @description The departments below too; true when absent. */
                subtree?: boolean;
                /** @description Everybody, past all rules of visibility: for the consoles of the system and security administrators. */
                whole?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_PersonCard"];
                };
            };
        };
    };
    admin_people_sheet_export: {
        parameters: {
            query: {
                format: "csv" | "xlsx";
                /** @description The language of its headings; Chinese when absent. Imports read both. */
                locale?: "zh-CN" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the sheet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "text/csv": string;
                };
            };
        };
    };
    audit_actions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_String"];
                };
            };
        };
    };
    audit_checkpoint: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description C2SP signed note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    audit_entries_list: {
        parameters: {
            query?: {
                action?: string;
                /** @description A uid; or `system`, `stranger`. */
                actor?: string;
                /** @description Where from: an IP address. */
                address?: string;
                /** @description Only entries with a lower index: what the page before answered as `next`. */
                before?: number;
                /** @description The same as `before`. */
                cursor?: number;
                /** @description Microseconds, inclusive. */
                from?: number;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description `kind/id`; or a kind or an id alone. */
                object?: string;
                outcome?: components["schemas"]["Ending"];
                /** @description Microseconds, inclusive. */
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
        };
    };
    audit_entries_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryDetail"];
                };
            };
        };
    };
    audit_entries_proof: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description C2SP tlog-proof */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    audit_evidence_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
        };
    };
    audit_evidence_html_print: {
        parameters: {
            query?: {
                /** @description Chinese when absent. */
                language?: "zh-CN" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
        };
    };
    audit_exports_create: {
        parameters: {
            query?: {
                /** @description An archive when absent. */
                format?: "archive" | "csv" | "json-lines";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EntryFilter"];
            };
        };
        responses: {
            /** @description the export */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/jsonl": string;
                    "application/x-tar": number[];
                    "text/csv": string;
                };
            };
        };
    };
    audit_filters_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SavedFilter"];
                };
            };
        };
    };
    audit_filters_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSavedFilter"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedFilter"];
                };
            };
        };
    };
    audit_filters_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    audit_holds_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Hold"];
                };
            };
        };
    };
    audit_holds_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCase"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
        };
    };
    audit_holds_lift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LiftOrder"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hold"];
                };
            };
        };
    };
    audit_openings_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Opening"];
                };
            };
        };
    };
    audit_openings_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOpening"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opening"];
                };
            };
        };
    };
    audit_openings_agree: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Agreement"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opening"];
                };
            };
        };
    };
    audit_openings_content: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Opened"];
                };
            };
        };
    };
    audit_shreds_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Shred"];
                };
            };
        };
    };
    audit_shreds_certificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description C2SP signed note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    audit_verifications_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerificationOrder"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
        };
    };
    audit_witnesses_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Witness"];
                };
            };
        };
    };
    audit_witnesses_register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWitness"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Witness"];
                };
            };
        };
    };
    audit_witnesses_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    audit_witnesses_cosignatures_take: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cosignature"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Witness"];
                };
            };
        };
    };
    audit_witnesses_requests_ask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WitnessOrder"];
            };
        };
        responses: {
            /** @description the body of the request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    connectors_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Connector"];
                };
            };
        };
    };
    connectors_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConnectorRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewConnector"];
                };
            };
        };
    };
    connectors_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
        };
    };
    connectors_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    connectors_secret_renew: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewConnector"];
                };
            };
        };
    };
    conversations_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Conversation"];
                };
            };
        };
    };
    conversations_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConversation"];
            };
        };
        responses: {
            /** @description the direct conversation of the two */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
        };
    };
    conversations_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
        };
    };
    conversations_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConversationChanges"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
        };
    };
    conversations_files_attach: {
        parameters: {
            query: {
                name: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attachment"];
                };
            };
        };
    };
    conversations_files_read: {
        parameters: {
            query?: never;
            header?: {
                Range?: string | null;
            };
            path: {
                id: string;
                node: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description the range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    conversations_members_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ConversationMember"];
                };
            };
        };
    };
    conversations_members_add: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMembers"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ConversationMember"];
                };
            };
        };
    };
    conversations_members_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    conversations_messages_page: {
        parameters: {
            query?: {
                /** @description Only messages with a larger number. */
                after?: number;
                /** @description Only messages with a smaller number. */
                before?: number;
                /** @description What the page before answered as `next`; goes on in the same direction. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Message"];
                };
            };
        };
    };
    conversations_messages_send: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    conversations_messages_readers_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readers"];
                };
            };
        };
    };
    conversations_messages_recall: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                seq: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecallAttempt"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    conversations_read_mark: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadRanges"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    delegations_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Delegation"];
                };
            };
        };
    };
    delegations_grant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDelegation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delegation"];
                };
            };
        };
    };
    delegations_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    departments_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description The roots when absent. */
                parent?: string;
                /** @description All of them, past all rules of visibility: for the consoles of the system and security administrators. */
                whole?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Department"];
                };
            };
        };
    };
    departments_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDepartment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Department"];
                };
            };
        };
    };
    departments_read: {
        parameters: {
            query?: {
                /** @description Past all rules of visibility: for the consoles of the system and security administrators. */
                whole?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DepartmentDetail"];
                };
            };
        };
    };
    departments_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    departments_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DepartmentChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Department"];
                };
            };
        };
    };
    departments_order_reset_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    departments_people_change_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    drive_nodes_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNodeDetail"];
                };
            };
        };
    };
    drive_nodes_delete: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description in the trash */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    drive_nodes_change: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveNodeChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_nodes_children_list: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                order?: "asc" | "desc";
                sort?: "name" | "size" | "changed";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DriveNode"];
                };
            };
        };
    };
    drive_nodes_children_create: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveNewFolder"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_nodes_content_read: {
        parameters: {
            query?: {
                /** @description The current one when absent. */
                version?: number;
            };
            header?: {
                "If-None-Match"?: string | null;
                Range?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            /** @description the range */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    drive_nodes_content_write: {
        parameters: {
            query: {
                changed_at?: components["schemas"]["Timestamp"];
                name: string;
                /** @description `version` when absent. */
                on_conflict?: components["schemas"]["DriveOnConflict"];
                /** @description Hexadecimal; a body with another one is refused. */
                sha256?: string;
            };
            header?: {
                "If-Match"?: string | null;
                "If-None-Match"?: string | null;
            };
            path: {
                /** @description The folder. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_nodes_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveCopy"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_nodes_restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveRestore"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_nodes_versions_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DriveVersion"];
                };
            };
        };
    };
    drive_nodes_versions_restore: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveRestore"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    drive_spaces_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DriveSpace"];
                };
            };
        };
    };
    drive_spaces_trash_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DriveTrashItem"];
                };
            };
        };
    };
    drive_trash_erase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description erased */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    drive_uploads_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveNewUpload"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveUpload"];
                };
            };
        };
    };
    drive_uploads_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveUpload"];
                };
            };
        };
    };
    drive_uploads_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    drive_uploads_probe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description offset and length as headers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    drive_uploads_append: {
        parameters: {
            query?: never;
            header: {
                "Upload-Offset": number;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveUpload"];
                };
            };
        };
    };
    drive_uploads_commit: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DriveUploadCommit"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriveNode"];
                };
            };
        };
    };
    enrolments_lookup_look: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolmentLook"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
        };
    };
    enrolments_redeem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Redemption"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    explanations_explain: {
        parameters: {
            query: {
                act: components["schemas"]["ExplainedAct"];
                /** @description A uid, or the number of a department, node or conversation; left out where the act has no object. */
                object?: string;
                /** @description Who would do it, by uid. */
                person: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explained"];
                };
            };
        };
    };
    holdings: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description What ends by itself. */
                ending?: boolean;
                /** @description What was given since the last review. */
                fresh?: boolean;
                kind?: components["schemas"]["HoldingKind"];
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Whose, by uid. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoldingPage"];
                };
            };
        };
    };
    holdings_sheet: {
        parameters: {
            query: {
                /** @description What ends by itself. */
                ending?: boolean;
                format: "csv" | "xlsx";
                /** @description What was given since the last review. */
                fresh?: boolean;
                kind?: components["schemas"]["HoldingKind"];
                /** @description Of the headings; Chinese when absent. */
                locale?: "zh-CN" | "en";
                /** @description Whose, by uid. */
                person?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the sheet */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": number[];
                    "text/csv": string;
                };
            };
        };
    };
    me_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    me_change: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreferenceChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    me_app_passwords_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AppPassword"];
                };
            };
        };
    };
    me_app_passwords_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAppPasswordRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewAppPassword"];
                };
            };
        };
    };
    me_app_passwords_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_avatar_set_own: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewAvatar"];
                };
            };
        };
    };
    me_avatar_remove_own: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_data_requests_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DataRequest"];
                };
            };
        };
    };
    me_data_requests_ask: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewDataRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataRequest"];
                };
            };
        };
    };
    me_data_requests_withdraw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_data_requests_copy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the copy */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    me_fields_change_fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnFields"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    me_passkey_challenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPasskeyChallenge"];
                };
            };
        };
    };
    me_passkeys_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Passkey"];
                };
            };
        };
    };
    me_passkeys_drop_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_recovery_codes_renew: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    me_second_factors_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactors"];
                };
            };
        };
    };
    me_sign_ins_sign_ins: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SignInRecord"];
                };
            };
        };
    };
    me_totp_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTotp"];
                };
            };
        };
    };
    me_totp_remove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    me_totp_confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TotpCode"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
        };
    };
    openapi_json_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    passkey_challenge_begin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyChallenge"];
                };
            };
        };
    };
    people_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                department?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Part of a name or uid, or the beginning of its pinyin or initials. */
                q?: string;
                /** @description For the system administrator only; elsewhere it is ignored. */
                state?: components["schemas"]["PersonState"];
                /** @description The departments below too; true when absent. */
                subtree?: boolean;
                /** @description Everybody, past all rules of visibility: for the consoles of the system and security administrators. */
                whole?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeoplePage"];
                };
            };
        };
    };
    people_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonCard"];
                };
            };
        };
    };
    people_card: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonCard"];
                };
            };
        };
    };
    people_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonCard"];
                };
            };
        };
    };
    people_avatar_show: {
        parameters: {
            query?: {
                /** @description The `avatar` of the person: this address never has another picture. */
                v?: string;
            };
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": number[];
                };
            };
            /** @description the one that the caller has */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_avatar_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewAvatar"];
                };
            };
        };
    };
    people_avatar_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_departments_terms_set_membership_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_departure_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Departure"];
                };
            };
        };
    };
    people_departure_leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Leaving"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Departure"];
                };
            };
        };
    };
    people_departure_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_enrolment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewEnrolment"];
                };
            };
        };
    };
    people_freeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Freeze"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_handover_left_behind: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Handover"];
                };
            };
        };
    };
    people_handover_decide: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: components["schemas"]["HandoverKind"];
                object: string;
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_second_factors_reset_second_factors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionView"];
                };
            };
        };
    };
    people_sessions_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    people_terms_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Terms"];
                };
            };
        };
    };
    people_terms_set_account_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_unfreeze: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
        };
    };
    people_imports_check: {
        parameters: {
            query?: {
                /** @description The file's name; in a form the part names it. */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description the file, or a form with one file */
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    people_imports_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    people_imports_remap: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Mapping"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    people_imports_apply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Apply"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Import"];
                };
            };
        };
    };
    people_imports_failed_csv_failed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
        };
    };
    people_imports_failed_xlsx_failed_book: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the rows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": unknown;
                };
            };
        };
    };
    people_imports_report_csv_report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
        };
    };
    people_imports_report_xlsx_report_book: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the report */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": unknown;
                };
            };
        };
    };
    people_imports_rows: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Only rows with this outcome. */
                outcome?: components["schemas"]["RowOutcome"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ImportRow"];
                };
            };
        };
    };
    person_fields_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonFieldList"];
                };
            };
        };
    };
    person_fields_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPersonField"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonField"];
                };
            };
        };
    };
    person_fields_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    person_fields_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PersonFieldChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonField"];
                };
            };
        };
    };
    reviews_mark: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReview"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Review"];
                };
            };
        };
    };
    roles_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RoleGrant"];
                };
            };
        };
    };
    roles_grant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGrant"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleGrant"];
                };
            };
        };
    };
    roles_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                role: components["schemas"]["Role"];
                uid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description Not earlier than this instant, in microseconds. */
                after?: number;
                /** @description Earlier than this instant, in microseconds. */
                before?: number;
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description Sign-in name of the author. */
                from?: string;
                /** @description Id of a conversation. */
                in?: string;
                kind?: "all" | "people" | "conversations" | "messages" | "files";
                /** @description At most 200; 5 of each group, 20 of a list when absent. */
                limit?: number;
                /** @description Newest first instead of best first. */
                newest?: boolean;
                /** @description Minutes east of UTC, for the days of `after:` and `before:`. 480 when absent. */
                offset_minutes?: number;
                /** @description What was typed. */
                q?: string;
                /** @description Still being typed: not a finished query for the audit log. */
                typing?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchAnswer"];
                };
            };
        };
    };
    security_hsm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hsm"];
                };
            };
        };
    };
    security_renewals_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Renewal"];
                };
            };
        };
    };
    security_renewals_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRenewal"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Renewal"];
                };
            };
        };
    };
    security_renewals_one: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Renewal"];
                };
            };
        };
    };
    security_rotations_rotate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotationOrder"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rotation"];
                };
            };
        };
    };
    security_seal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SealOrder"];
            };
        };
        responses: {
            /** @description sealing */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    security_shreds_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Shred"];
                };
            };
        };
    };
    security_shreds_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCase"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shred"];
                };
            };
        };
    };
    security_shreds_one: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Shred"];
                };
            };
        };
    };
    security_shreds_certificate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description C2SP signed note */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
        };
    };
    security_sign_in_policy_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInPolicy"];
                };
            };
        };
    };
    security_sign_in_policy_change: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInPolicy"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInPolicy"];
                };
            };
        };
    };
    sessions_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionView"];
                };
            };
        };
    };
    sessions_open: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    sessions_end_others: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sessions_end: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sessions_current_end_current: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sessions_current_proof_prove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProof"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    sessions_passkey_open_with_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Assertion"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
        };
    };
    sync: {
        parameters: {
            query?: {
                /** @description The cursor: `next` of the page before. 0 or absent: from the beginning of what is kept. */
                from?: string;
                limit?: number;
                /** @description Where there is nothing yet: how many seconds to wait for something, at most 50. */
                wait?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPage"];
                };
            };
        };
    };
    tags_list: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Part of the name. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Tag"];
                };
            };
        };
    };
    tags_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTag"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
        };
    };
    tags_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
        };
    };
    tags_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    tags_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tag"];
                };
            };
        };
    };
    tags_members: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TagMember"];
                };
            };
        };
    };
    tags_members_put_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTagMember"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagMember"];
                };
            };
        };
    };
    tags_members_take_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                kind: string;
                member: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    tags_people: {
        parameters: {
            query?: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeoplePage"];
                };
            };
        };
    };
    tags_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagAsk"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagPreview"];
                };
            };
        };
    };
    visibility_departments: {
        parameters: {
            query: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description For people: only those in or below it. For departments: those directly below; the roots when absent. */
                department?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Part of a name or uid, or the beginning of its pinyin or initials. */
                q?: string;
                /** @description Sign-in name of who looks. */
                viewer: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Department"];
                };
            };
        };
    };
    visibility_explanation_explain: {
        parameters: {
            query: {
                /** @description Sign-in name of who is looked at. */
                person: string;
                /** @description Sign-in name of who looks. */
                viewer: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SightExplanation"];
                };
            };
        };
    };
    visibility_people: {
        parameters: {
            query: {
                /** @description What the page before answered as `next`. */
                cursor?: string;
                /** @description For people: only those in or below it. For departments: those directly below; the roots when absent. */
                department?: string;
                /** @description At most 200; 50 when absent. */
                limit?: number;
                /** @description Part of a name or uid, or the beginning of its pinyin or initials. */
                q?: string;
                /** @description Sign-in name of who looks. */
                viewer: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PeoplePage"];
                };
            };
        };
    };
    visibility_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisibilityRuleSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePreview"];
                };
            };
        };
    };
    visibility_rules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_VisibilityRule"];
                };
            };
        };
    };
    visibility_rules_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVisibilityRule"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisibilityRule"];
                };
            };
        };
    };
    visibility_rules_edit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisibilityRuleSettings"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisibilityRule"];
                };
            };
        };
    };
    visibility_rules_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
