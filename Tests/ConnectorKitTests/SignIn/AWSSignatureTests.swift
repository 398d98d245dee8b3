// AWS Signature Version 4 against AWS's published examples.

import JSONCore
import Testing

@testable import ConnectorKit

struct AWSSignatureTests {
    struct Vector: Sendable {
        var method = "GET"
        let url: String
        var headers: [(String, String)] = []
        var body = ""
        let signature: String
    }

    /// The test suite of Signature Version 4: service `service`, 2015-08-30 12:36:00.
    static let suite = [
        Vector(
            url: "https://example.amazonaws.com/",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            method: "POST", url: "https://example.amazonaws.com/",
            signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        Vector(
            url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
            signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        Vector(
            method: "POST", url: "https://example.amazonaws.com/",
            headers: [("Content-Type", "application/x-www-form-urlencoded")], body: "Param1=value1",
            signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
        Vector(
            url: "https://example.amazonaws.com/",
            headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
            signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
        // Of the path "/" after it is made plain: get-slashes, get-relative and get-slash-dot-slash of the suite.
        Vector(
            url: "https://example.amazonaws.com//",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            url: "https://example.amazonaws.com/example/..",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        Vector(
            url: "https://example.amazonaws.com/./",
            signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ]

    @Test(arguments: suite) func `signs as AWS's test suite has it`(vector: Vector) async throws {
        let signature = AWSSignature(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: nil,
            service: "service", region: "us-east-1")
        let request = try await signed(vector, signature, at: 1_440_938_160)
        #expect(
            request.header("authorization")?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=")
                == true)
        #expect(request.header("authorization")?.hasSuffix("Signature=\(vector.signature)") == true)
        #expect(request.header("x-amz-date") == "20150830T123600Z")
    }

    /// "Create a signed AWS API request": ListUsers of IAM.
    @Test func `signs a call of IAM as the reference has it`() async throws {
        let vector = Vector(
            url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
        let signature = AWSSignature(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: nil,
            service: "iam", region: "us-east-1")
        let request = try await signed(vector, signature, at: 1_440_938_160)
        #expect(request.header("authorization")?.hasSuffix(vector.signature) == true)
    }

    /// "Authenticating Requests: Using the Authorization Header" of Amazon S3.
    static let s3 = [
        Vector(
            url: "https://examplebucket.s3.amazonaws.com/test.txt", headers: [("Range", "bytes=0-9")],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Vector(
            method: "PUT", url: "https://examplebucket.s3.amazonaws.com/test%24file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ], body: "Welcome to Amazon S3.",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Vector(
            url: "https://examplebucket.s3.amazonaws.com/?lifecycle",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Vector(
            url: "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test(arguments: s3) func `signs calls of S3 as its pages have it`(vector: Vector) async throws {
        let signature = AWSSignature(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            sessionToken: nil, service: "s3", region: "us-east-1")
        var request = try await signed(vector, signature, at: 1_369_353_600)
        #expect(request.header("authorization")?.hasSuffix(vector.signature) == true)
        // Signed once more, it is the same.
        try await signature.sign(&request, at: 1_369_353_600)
        #expect(request.header("authorization")?.hasSuffix(vector.signature) == true)
    }

    @Test func `a session's token is signed along`() async throws {
        let signature = AWSSignature(
            accessKeyID: "A", secretAccessKey: "B", sessionToken: "token", service: "sqs", region: "eu-north-1")
        let request = try await signed(
            Vector(url: "https://sqs.eu-north-1.amazonaws.com/", signature: ""), signature, at: 0)
        #expect(request.header("x-amz-security-token") == "token")
        #expect(request.header("authorization")?.contains("host;x-amz-date;x-amz-security-token") == true)
        #expect(request.header("x-amz-date") == "19700101T000000Z")
    }

    @Test func `what is missing is named`() async {
        let connection = Connection(
            name: "files", connector: "http", settings: [:], credentials: ["access_key_id": "A", "service": "s3"])
        let error = #expect(throws: ConnectorError.self) { try AWSSignature(connection, scheme: [:]) }
        #expect(error?.message == "the connection \"files\" can't sign in: \"auth\" has no \"secret_access_key\"")
    }

    private func signed(_ vector: Vector, _ signature: AWSSignature, at seconds: Int64) async throws -> HTTPRequest {
        var request = HTTPRequest(
            vector.method, vector.url, headers: vector.headers.map { (name: $0.0, value: $0.1) },
            body: Array(vector.body.utf8), isRepeatable: true)
        try await signature.sign(&request, at: seconds)
        return request
    }
}
