// What a page says after a form was sent: one of a fixed set of sentences, so that a link can't put words into our mouth.

enum Notice: String, Sendable, CaseIterable {
    case retried, rerun, canceled, canceling, decided, started, stopped, running, replayed, works, complete, connected
    case paused, resumed, answered
    case bulkRetried = "bulk_retried"
    case bulkCanceled = "bulk_canceled"
    case someLeft = "some_left"
    case rolledBack = "rolled_back"
    case userAdded = "user_added"
    case roleChanged = "role_changed"
    case signedOut = "signed_out"
    case userRemoved = "user_removed"
    case tokenRevoked = "token_revoked"
    case pruned
    case tableSaved = "table_saved"
    case tableReset = "table_reset"

    init?(_ name: String?) {
        guard let name, let notice = Notice(rawValue: name) else { return nil }
        self = notice
    }

    var isGood: Bool { self != .someLeft }

    var sentence: String {
        switch self {
        case .retried: "The job is in the queue again. What it had done is kept."
        case .rerun: "This is a new job from the same event."
        case .canceled: "The job is canceled."
        case .canceling: "The job is being canceled: the step that runs is asked to stop."
        case .decided: "The decision is noted."
        case .answered: "Your answer is noted."
        case .started: "The recipe is started: it takes events."
        case .stopped: "The recipe is stopped. Jobs that it has go on."
        case .paused: "The recipe is paused: it starts no job by itself. Jobs that it has go on."
        case .resumed: "The recipe goes on by itself again."
        case .running: "The job is in the queue."
        case .replayed: "The delivery came in again, as if the sender had repeated it."
        case .works: "The connection works: its app has answered."
        case .complete: "The connection is complete. Its connector has no test request, so nothing was sent."
        case .connected: "The connection is signed in. Its tokens are kept encrypted and renewed by themselves."
        case .bulkRetried: "The jobs are in the queue again."
        case .bulkCanceled: "The jobs are canceled."
        case .rolledBack: "The recipe's file holds the older version again."
        case .userAdded: "They may sign in now."
        case .roleChanged: "The role is changed; it counts at once."
        case .signedOut: "They are signed out everywhere."
        case .userRemoved: "They may not sign in any more."
        case .tokenRevoked: "The token lets nobody in any more."
        case .pruned: "The old jobs are deleted."
        case .tableSaved: "The rows are in the table's file."
        case .tableReset: "The table is its file again."
        case .someLeft: "Some jobs could not be changed any more: they had gone on by themselves. The others are done."
        }
    }
}
