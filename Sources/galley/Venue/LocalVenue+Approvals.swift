// The approvals of this workspace's history, and their links.

import Engine
import JSONCore
import JobHistory
import Workspace

extension LocalVenue {
    func approvals(_ filter: ApprovalFilter) async throws -> [JSON] {
        let now = systemMilliseconds()
        do {
            return try await reading { try await $0.approvals(filter, at: now).map { $0.standing(at: now).json } }
        } catch StoreError.noHistory, StoreError.olderSchema {  // from before recipes could ask
            return []
        }
    }

    func approval(_ id: Int64) async throws -> JSON {
        try await reading { try await Self.approval(id, $0).standing(at: systemMilliseconds()).json }
    }

    private static func approval(_ id: Int64, _ store: JobStore) async throws -> Approval {
        guard let approval = try await store.approval(id) else {
            throw OwnerFailure(
                kind: "no_such_job", "there is no approval \(id); `galley approvals list --all` shows those there are")
        }
        return approval
    }

    /// `{approver, link}` for each approver.
    /// - Returns: links without a beginning when it is not known where a server can be reached.
    func links(ofApproval id: Int64) async throws -> [JSON] {
        let workspace = try Workspace.open(from: options.folder, environment: options.environment)
        return try await reading { store in
            let approval = try await Self.approval(id, store)
            guard let secrets = try store.linkSecrets(of: approval) else {
                throw OwnerFailure(
                    kind: "no_such_job",
                    "the key of the links, .galley/link.key, is not here, so they can't be made again")
            }
            let address = ServedAddress.find(of: workspace)
            return zip(approval.approvers, secrets).map { approver, secret in
                ["approver": .string(approver.name), "link": .string(ApprovalDesk.link(secret, at: address ?? ""))]
            }
        }
    }
}
