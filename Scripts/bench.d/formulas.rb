# The Ruby beside `Bench formulas`: times expressions given as JSON lines, and answers with a line each.
# First line: the pills. Then {"kind","source","rounds"} -> {"ns","result"}; "parse" times compiling alone.
# `where` and `to_currency` are not Ruby's: they are the recipe vendor's, written here as directly as can be.
require 'json'
require 'bigdecimal'
require 'active_support/all'

class Array
  def where(conditions)
    parsed = conditions.map do |key, wanted|
      name, operator = key.to_s.split(' ', 2)
      [name, operator || '==', wanted]
    end
    select do |row|
      parsed.all? do |name, operator, wanted|
        found = row[name]
        case operator
        when '==' then found == wanted
        when '!=' then found != wanted
        else found.public_send(operator, wanted)
        end
      end
    end
  end
end

class Numeric
  def to_currency(**options)
    ActiveSupport::NumberHelper.number_to_currency(self, **options)
  end
end

Time.zone = 'UTC'
$stdout.sync = true
pills = JSON.parse($stdin.gets)
place = binding
pills.each { |name, value| place.local_variable_set(name, value) }
puts({ ready: true }.to_json)

# Processor time, as the other side counts: other work on the machine counts little.
def clock = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :nanosecond)

def spent(work, times)
  start = clock
  index = 0
  while index < times
    work.call
    index += 1
  end
  clock - start
end

while (line = $stdin.gets)
  begin
    asked = JSON.parse(line)
    source = asked['source']
    parses = asked['kind'] == 'parse'
    work = parses ? -> { RubyVM::InstructionSequence.compile(source) } : eval("lambda { #{source} }", place)
    result = parses ? nil : work.call
    times = 1
    times *= 2 while spent(work, times) < 5_000_000
    rounds = Array.new(asked['rounds']) { spent(work, times).fdiv(times) }.sort
    puts JSON.generate({ ns: rounds[rounds.size / 2].round(1), result: result })
  rescue StandardError, SyntaxError => error
    puts JSON.generate({ error: "#{error.class}: #{error.message}" })
  end
end
