// The editors' schema. That it accepts sound recipes and refuses broken ones was tried with a validator; here is its shape.

import JSONCore
import Testing

@testable import RecipeLanguage

struct RecipeSchemaTests {
    private let schema = RecipeSchema.json(catalog: CheckedWorkspace.catalog)

    @Test func `every reference leads somewhere`() throws {
        var open = [schema]
        var references = 0
        while let json = open.popLast() {
            if let reference = json["$ref"]?.string {
                references += 1
                let pointer = try #require(JSONPointer(parsing: String(reference.dropFirst())))
                #expect(schema[pointer: pointer] != nil, "\(reference)")
            }
            open += (json.array ?? []) + (json.object?.values ?? [])
        }
        #expect(references > 30)
    }

    @Test func `every key of a recipe is there, with words for hovers`() throws {
        #expect(Set(schema["properties"]?.object?.keys ?? []) == Set(RecipeKeys.recipe))
        for kind in RecipeKeys.kinds {
            let definition = try #require(schema["$defs"]?["kinds"]?[kind])
            #expect(
                Set(definition["properties"]?.object?.keys ?? []) == Set(RecipeKeys.anyStep + RecipeKeys.step(kind)))
            #expect(definition["description"]?.string?.isEmpty == false)
        }
    }

    @Test func `actions bring their input`() throws {
        let rules = try #require(schema["$defs"]?["kinds"]?["use"]?["allOf"]?.array)
        let rule = try #require(rules.first { $0["if"]?["properties"]?["use"]?["const"] == "crm.create_lead" })
        let input = rule["then"]?["properties"]?["input"]
        #expect(input?["required"] == ["email"])
        #expect(input?["properties"]?["score"]?["type"] == ["integer", "string"])
        #expect(input?["properties"]?["status"]?["anyOf"]?[0]?["enum"] == ["new", "open"])
        #expect(input?["additionalProperties"] == false)
        #expect(rule["then"]?["required"] == ["input"])
    }

    @Test func `connections are a choice`() {
        #expect(
            schema["properties"]?["connections"]?["additionalProperties"]?["enum"] == [
                "erp-main", "old", "sandbox-crm",
            ])
    }
}
