// The recipe that the design shows, to the letter.

extension CheckedWorkspace {
    /// The recipe of the design, to the letter.
    static let example = #"""
        {
          "galley": 1,
          "name": "Route new leads",
          "trigger": {
            "id": "lead", "use": "webhook.received",
            "input": { "path": "leads" },
            "when": "lead.body.email.present?",
            "dedupe": "lead.body.id"
          },
          "connections": { "crm": "sandbox-crm" },
          "concurrency": 4,
          "report": { "Company": "lead.body.company" },
          "steps": [
            { "id": "account", "use": "crm.find_account", "input": { "domain": "{{ lead.body.email.split('@').last.downcase }}" } },
            { "if": "account.employees.to_i >= 500",
              "then": [ { "set": { "owner": "{{ lookup('territories', country: account.country)['owner'] }}" } } ],
              "else": [ { "set": { "owner": "inside-sales" } } ] },
            { "try": [ { "id": "created", "use": "crm.create_lead", "input": { "email": "{{ lead.body.email }}", "owner": "{{ owner }}" } } ],
              "retry": { "times": 3, "wait": "2s", "when": "error.status.to_i >= 500" },
              "catch": [ { "stop": "failed", "reason": "CRM refused {{ lead.body.email }}: {{ error.message }}" } ] }
          ]
        }
        """#
}
