// Recipes that several tests run.

enum TrialRecipes {
    /// Says hello in three steps.
    static let hello = """
        {
          "galley": 1,
          "name": "Hello",
          "trigger": { "id": "person", "use": "manual", "when": "person.name != 'nobody'", "dedupe": "person.name" },
          "report": { "Name": "person.name" },
          "steps": [
            { "id": "said", "use": "logger.log", "input": { "message": "Hello {{ person.name }}" } },
            { "id": "read", "use": "json.parse", "input": { "text": "{{ '[1, 2]' }}" } },
            { "return": { "said": "{{ said.message }}", "size": "{{ read.value.size }}" } }
          ]
        }
        """

    /// Fails at its second step.
    static let failing = """
        {
          "galley": 1,
          "name": "Failing",
          "trigger": { "id": "event", "use": "manual" },
          "steps": [
            { "id": "first", "use": "logger.log", "input": { "message": "first" } },
            { "id": "second", "use": "workload.fail", "input": { "message": "the till is closed", "type": "server" } },
            { "return": "{{ first.message }}" }
          ]
        }
        """

    /// The same after somebody opened the till.
    static let repaired = """
        {
          "galley": 1,
          "name": "Repaired",
          "trigger": { "id": "event", "use": "manual" },
          "steps": [
            { "id": "first", "use": "logger.log", "input": { "message": "changed" } },
            { "id": "second", "use": "workload.sleep", "input": { "ms": 0 } },
            { "return": "{{ first.message }}" }
          ]
        }
        """

    /// Says two things, which are durable then, and takes as long as it is told.
    static let sleepy = """
        {
          "galley": 1,
          "name": "Sleepy",
          "trigger": { "id": "event", "use": "manual" },
          "checkpoint": "every_step",
          "steps": [
            { "id": "one", "use": "logger.log", "input": { "message": "one" } },
            { "id": "two", "use": "logger.log", "input": { "message": "two" } },
            { "id": "nap", "use": "workload.sleep", "input": { "ms": "{{ event.ms }}" } },
            { "return": "rested" }
          ]
        }
        """

    /// Waits longer than a command does.
    static let patient = """
        {
          "galley": 1,
          "name": "Patient",
          "trigger": { "id": "event", "use": "manual" },
          "steps": [ { "wait": "2h" }, { "return": "at last" } ]
        }
        """
}
