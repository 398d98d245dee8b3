// Topics: which there are, who reads them and how far they are, and the messages of one.

import Engine
import Hummingbird
import JSONCore
import JobHistory
import RecipeLanguage

extension Templates {
    static let topics: [String: String] = [
        "topics": #"""
        <div class="head"><h1>Topics</h1></div>
        <p class="sub"><span>What recipes publish to each other</span></p>
        <section class="card" aria-label="List of topics">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Topics"><table><thead><tr><th scope="col">Topic</th><th scope="col" class="num">Messages kept</th><th scope="col" class="num">Newest</th><th scope="col">Published last</th><th scope="col">Read by</th></tr></thead><tbody>{{#rows}}<tr><td><a class="strong" href="{{href}}">{{name}}</a></td><td class="num">{{count}}</td><td class="num">{{last}}</td><td>{{#at}}{{> time}}{{/at}}{{^at}}–{{/at}}</td><td>{{#readers}}<span class="what"><a href="{{href}}">{{recipe}}</a>{{#behind}} ({{behind}} behind){{/behind}}</span>{{/readers}}{{^readers}}nobody{{/readers}}</td></tr>{{/rows}}</tbody></table></div>{{/any}}
        {{^any}}<p class="empty">No recipe has published anything. A step topic.publish makes a topic with its first message.</p>{{/any}}</section>
        """#,
        "topic": #"""
        <div class="head"><h1>Topic {{name}}</h1></div>
        <p class="sub"><span>{{count}} kept</span><span>newest first</span></p>
        <section class="card" aria-label="Messages">{{#any}}<div class="scroll" tabindex="0" role="region" aria-label="Table of messages"><table><thead><tr><th scope="col" class="num">Offset</th><th scope="col">Published</th><th scope="col">Job</th><th scope="col">Key</th><th scope="col">Data</th></tr></thead><tbody>{{#rows}}<tr><td class="num">{{offset}}</td><td>{{#at}}{{> time}}{{/at}}</td><td>{{#job}}<a href="/jobs/{{job}}">{{job}}</a>{{/job}}{{^job}}–{{/job}}</td><td><span class="what">{{key}}</span></td><td><code>{{data}}</code></td></tr>{{/rows}}</tbody></table></div>{{/any}}{{^any}}<p class="empty">No message of it is kept any more.</p>{{/any}}
        {{#older}}<p><a href="{{older}}">Older messages</a></p>{{/older}}</section>
        """#,
    ]
}

extension Dashboard {
    private static let messagesShown = 50
    /// Of a message's data, in characters.
    private static let dataShown = 400

    func topicListPage() async throws -> Page {
        let topics = try await store.topics()
        let standings = try await store.topicList()
        return Page(
            "Topics", in: .topics, "topics",
            [
                "any": .flag(!topics.isEmpty),
                "rows": .items(topics) { topic in
                    let readers = standings.first { $0["topic"]?.string == topic.name }?["readers"]?.array ?? []
                    return [
                        "name": .text(topic.name), "href": .text(path("topics", topic.name)),
                        "count": .count(topic.count), "last": .count(topic.lastOffset),
                        "at": times.value(topic.lastAt),
                        "readers": .items(readers) { reader in
                            let (recipe, behind) = (reader["recipe"]?.string ?? "", reader["behind"]?.integer ?? 0)
                            return [
                                "recipe": .text(recipe), "href": .text(path("recipes", recipe)),
                                "behind": behind == 0 ? .none : .count(behind),
                            ]
                        },
                    ]
                },
            ], live: "/api/v1/events")
    }

    func topicPage(_ request: RouteRequest) async throws -> Page {
        let name = request["topic"]
        guard let topic = try await store.topic(name) else {
            return problem(
                .notFound, "There is no such topic", "Nothing was ever published to a topic \(name.prefix(100)).",
                back: .topics)
        }
        let before = request.address.query["before"]?.string.flatMap { Int($0) } ?? Int.max
        let end = max(0, min(topic.lastOffset, before == Int.max ? before : before - 1))
        let start = max(0, end - Self.messagesShown)
        let messages = try await store.messages(of: name, after: start, limit: end - start).reversed()
        let hasOlder = start > 0 && (topic.firstOffset ?? .max) <= start
        return Page(
            "Topic \(name)", in: .topics, "topic",
            [
                "name": .text(name), "count": .text(NumberWords.plural(topic.count, "message")),
                "any": .flag(!messages.isEmpty),
                "rows": .items(messages) { message in
                    let data = message.data.compact
                    return [
                        "offset": .count(message.offset), "at": times.value(message.publishedAt),
                        "job": .text(message.job.map { "\($0)" }), "key": .text(message.key),
                        "data": .text(data.count > Self.dataShown ? data.prefix(Self.dataShown) + "…" : data),
                    ]
                },
                "older": .text(hasOlder ? "\(path("topics", name))?before=\(start + 1)" : nil),
            ])
    }
}
