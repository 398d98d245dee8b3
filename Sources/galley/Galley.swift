import ArgumentParser
@main struct Galley: ParsableCommand { func run() { print("galley") } }
