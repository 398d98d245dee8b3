// Gives random texts to a reader and sees that it survives: `Scripts/fuzz NAME`. Not part of the shipped command.
// Built with -DLIBFUZZER the texts come from libFuzzer; else the files on the command line are given to the reader once.
import Foundation

@main
struct Fuzz {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        guard let name = arguments.popFirst(), let target = FuzzTarget.named(name) else {
            return fail("name what to fuzz: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        }
        switch arguments.first {
        case "--seeds"?:
            guard let folder = arguments.dropFirst().first else { return fail("--seeds needs a folder") }
            write(target.seeds.map { Array($0.utf8) }, "seed", to: folder)
        case "--pack"?:
            let paths = Array(arguments.dropFirst())
            guard paths.count == 2 else { return fail("--pack needs a folder and a file") }
            do { try Corpus.pack(paths[0], into: paths[1]) } catch { fail("\(error)") }
        case "--unpack"?, "--corpus"?:
            let paths = Array(arguments.dropFirst())
            guard let file = paths.first, let texts = try? Corpus.read(file) else {
                return fail("--unpack needs a corpus and a folder, --corpus a corpus that can be read")
            }
            if arguments.first == "--unpack" { return write(texts, "kept", to: paths.last ?? "") }
            for text in texts { target.take(text) }
            print("\(texts.count) texts survived")
        case "--words"?:
            // The form of libFuzzer's dictionaries.
            for word in target.words {
                print("\"" + word.utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"")
            }
        default: run(target, Array(arguments))
        }
    }

    private static func write(_ texts: [[UInt8]], _ name: String, to folder: String) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (index, text) in texts.enumerated() {
                try Data(text).write(to: URL(fileURLWithPath: "\(folder)/\(name)-\(index)"))
            }
        } catch { fail("\(error)") }
    }

    private static func fail(_ message: String) {
        FileHandle.standardError.write(Data("Fuzz: \(message)\n".utf8))
        exit(64)
    }

    #if LIBFUZZER
        private static func run(_ target: FuzzTarget, _ arguments: [String]) {
            FuzzTarget.current = target
            var pointers: [UnsafeMutablePointer<CChar>?] = (["Fuzz"] + arguments).map { strdup($0) } + [nil]
            var count = CInt(pointers.count - 1)
            pointers.withUnsafeMutableBufferPointer { buffer in
                var start = buffer.baseAddress
                exit(
                    runDriver(&count, &start) { data, size in
                        FuzzTarget.current?.take(Array(UnsafeBufferPointer(start: data, count: size)))
                        return 0
                    })
            }
        }
    #else
        private static func run(_ target: FuzzTarget, _ arguments: [String]) {
            for file in arguments {
                guard let data = FileManager.default.contents(atPath: file) else { return fail("no file \(file)") }
                target.take(Array(data))
            }
            print("\(arguments.count) texts survived")
        }
    #endif
}

#if LIBFUZZER
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ take: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt
#endif
