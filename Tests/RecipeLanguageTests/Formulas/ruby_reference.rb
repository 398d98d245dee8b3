# Makes random formulas and says what  Ruby with ActiveSupport gives for them: one JSON case a line.
# usage: TZ=UTC ruby ruby_reference.rb SEED COUNT
# Each formula grows call by call: Ruby's own  decides which methods may come next.

ENV["TZ"] = "UTC"
require "active_support/all"
require "active_support/testing/time_helpers"
require "bigdecimal/util"
require "base64"
require "csv"
require "json"
require "set"
require "timeout"

ZONES = %w[America/Los_Angeles America/New_York Europe/Berlin Asia/Kathmandu Australia/Lord_Howe America/St_Johns Pacific/Apia
           Africa/Casablanca America/Sao_Paulo UTC]
MOMENTS = %w[2024-03-08T18:30:15Z 2024-03-10T06:59:59Z 2024-03-10T07:00:00Z 2024-11-03T05:30:00Z 2024-11-03T06:30:00Z
             2024-03-31T00:59:59Z 2024-10-27T01:00:00Z 2024-04-06T15:00:00Z 2024-02-29T23:59:59Z 2023-12-31T23:59:59Z
             2020-01-01T00:00:00Z 1999-12-31T12:00:00Z 2011-12-30T09:59:59Z 2016-12-31T10:05:09Z]
STRINGS = ["", " ", "a", "Z", "az", "Zz9", "hello", "Hello World", "  padded\t\n", "jEAN-luc O'NEIL", "12", "-7", "3.14", "1e3", "12abc",
           "0x1F", "1_000", "Zoë Müller – Łódź", "東京タワー", "ß", "ǆ", "İstanbul", "ÀÉÎõü", "👩‍💻!", "e\u0301a", "a,b;c", "a-b-c", "a  b\tc",
           "line one\nline two\n", "first_name", "firstName", "HTMLParser", "active_record/base", "people", "Person", "ox",
           "the quick brown fox jumps", "yes", "false", "1/3", "2024-02-29", "10:30", "AB-2024-000917", "x=1&y=2", "%d items", "aaa",
           "Ada.Lovelace@Example.ORG", "a.b.c.d", "<p>Tom &amp; <b>Jo</b></p>", "it's \"q\" \\ ok", "ａｂｃ１", "mississippi"]
CHARACTERS = ["-", "*", "ab", "・", "0", " "]
PARTS = ["l", "lo", "a", "-", " ", "o", ".", "", "x", "é", "b", "ß", "ss", "1", "タ", "A"]
SETS = ["l", "lo", "a-y", "^a-z", "a-zA-Z", "0-9", "aeiou", "^0-9", "\\-", "é", "-a", "A-Z ", "東-黒"]
PATTERNS = ["/l/", "/o+/", "/[a-z]+/", "/[A-Z]/", "/\\d+/", "/(\\w)(\\w)/", "/(?<first>\\w+)\\W+(?<second>\\w+)/", "/\\s+/", "/^/", "/$/",
            "//", "/\\b/", "/a|b/i", "/(a)?b?/", "/(?=o)/", "/(?<!l)o/", "/[[:alpha:]]+/", "/\\p{L}/", "/./m", "/x/", "/[^a-z]/i", "/\\R/",
            "/(.)\\1/", "/\\h+/", "/\\A\\w/", "/\\w\\z/", "/[é東]/", "/\\X/", "/\\b/", "/\\b\\w/", "/\\B/", "/[[:space:]]+/", "/[[:word:]]+/",
            "/[[:^alpha:]]/", "/[\\w-]+/", "/\\p{Digit}/", "/(?u:\\w+)/", "/(?i)\\W/"]
INTEGERS = [0, 1, -1, 2, 3, 7, 10, -42, 97, 100, 255, 1000, 12345, -9876543, 2**31, 2**62, 2**63 - 1, -2**63, 2**64, 10**20, -10**25]
SMALL = [0, 1, 2, 3, -1, -2, 5, 10, -10]
# Floats that are exact in binary and in decimal alike, so that exact decimals give the same.
EXACT = [0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.25, 12.75, 1234.5, -99.125, 1e10, 1048576.0, 0.0625, 100.0, -3.0]
FLOATS = [0.1, 19.99, 1234.567, 0.075, 2.675, -1.005, 1e-7, 1e20, 1.0e16, 123456789.123, 5e-324, 1.7e308]
STRFTIME = ["%Y-%m-%d", "%d/%m/%y", "%b %e, %Y", "%A %B %-d", "%H:%M:%S.%L", "%I:%M %p", "%l %P %k", "%j %U %W %V %G %g %u %w", "%C %h %n%t%%",
            "%D %F %T %R %r %c %x %X %v", "%s %L", "%N %3N %6N %9N %12N", "%z %:z %::z", "%Z", "%10Y|%-10d|%_5m|%05e", "%^a %^B %#p %#Z %#a",
            "%0e %_d %-H", "%E %O", "%Ey %Od", "%+", "%", "%q", "%030x", "%-y %-j %_j %^10b", "%:z %010z"]

TYPES = %w[text integer decimal list object date time duration range boolean nil rational].freeze

# What can follow a value, by the kind of the value. %s text, %p part, %c characters to pad with, %e set, %r pattern, %i small
# integer, %n any integer, %f number, %t strftime, %d duration, %k key, %z zone, %y weekday, %l list, %h object, %w moment.
TEXT = %q{upcase downcase capitalize swapcase reverse strip lstrip rstrip chomp chop chr squish length size bytesize ord sum hash?
  to_s to_i to_f   inspect to_json blank? present? presence empty? ascii_only? valid_encoding? chars bytes lines codepoints
  grapheme_clusters titleize titlecase humanize underscore camelize camelcase(:lower) classify tableize dasherize demodulize
  deconstantize foreign_key pluralize singularize parameterize parameterize(separator:'_') parameterize(preserve_case:true) ordinalize?
  transliterate? unicode_normalize unicode_normalize(:nfd) unicode_normalize(:nfkc) unicode_normalized? succ next hex oct
  upcase_first downcase_first? first first(%i) last last(%i) from(%i) to(%i) at(%i) [%i] [%i,%i] [%i..%i] [%i...%i] [%i..] [%p] [%r]
  [%r,1] slice(%i) slice(%i,%i) slice(%r) byteslice(%i) byteslice(%i,%i) ljust(%i) ljust(8,%c) rjust(9,%c) center(%i) center(12,%c)
  split split(%p) split(%r) split(%p,%i) split(%r,%i) scan(%r) scan(%p) sub(%p,%s) sub(%r,%s) gsub(%p,%s) gsub(%r,%s)
  gsub(%r,'<\0>') gsub(%r,'\1-') gsub(%r){|m|m.upcase} sub(%r){|m|m*2} gsub(/[a-l]/,'a'=>'1','l'=>'L') gsub(%r,'\\\\&') gsub(%r,'[\`|\']') tr(%e,%p) tr(%e,'A-Z') tr('a-y','b-z') tr_s(%e,'*')
  delete(%e) squeeze squeeze(%e) count(%e) delete(%e,%e) count(%e,%e) delete_prefix(%p) delete_suffix(%p) chomp(%p) remove(%p) remove(%r)
  index(%p) index(%p,%i) index(%r) rindex(%p) rindex(%r) rindex(%p,%i) include?(%p) exclude?(%p) start_with?(%p) end_with?(%p)
  start_with?(%r) starts_with?(%p,%p) ends_with?(%p) match?(%r) partition(%p) partition(%r) rpartition(%p) rpartition(%r)
  insert(%i,%c) prepend(%c) concat(%c) truncate(%i) truncate(8) truncate(9,omission:'*') truncate(12,separator:' ') truncate_words(2)
  truncate_bytes(8) * + casecmp(%s) casecmp?(%s) eql?(%s) ==(%s) <=>(%s) between?('a','n') indent(2) strip_heredoc each_char.to_a
  each_line.to_a upto('e').to_a    encode_base64?   =~(%r) %(%n) +(%s) *(%m) in?(%l) in?(%s)
  to_c? to_sym.to_s   each_char.with_index.to_a bytes.sum center(20,'12')  getbyte(%i) is_a?(String)
  to_time to_date to_datetime? in_time_zone in_time_zone(%z) delete_suffix('') lines(chomp:true) each_grapheme_cluster.to_a unicode_normalize(:nfkd)
  safe_constantize? html_safe? try(:upcase) try(:nope) to_str intern.to_s scan(%r).flatten.compact downcase(:fold) upcase(:ascii) swapcase(:ascii)
  inquiry? ljust(5)+'|' to_query('k') to_param match(%r)&.values_at(0) match(%r)&.captures match(%r)&.pre_match match(%r)&.post_match match(%r)&.named_captures match(%r)&.to_a
  [/(?<first>\w)(?<rest>\w*)/,'rest'] [/(\w)(\w)/,2] slice(%r,0)  force_encoding('UTF-8')  next.next}
NUMBER = %q{abs -@ +(%f) -(%f) *(%f) +(%n) -(%n) *(%n) /(%n) %(%n) **(%m) fdiv(%n) div(%n) modulo(%n) remainder(%n) divmod(%n) 
  quo(%n)? round round(%i) round(half::even) round(half::down) round(1,half::up) round(-1,half::even) floor floor(%i) ceil ceil(%i) truncate truncate(%i)
  to_i to_f to_s   inspect to_json zero? positive? negative? nonzero? integer? finite?  between?(0,100) clamp(0,50)
  clamp(..10) succ? coerce(2)? <=>(%f) ==(%f) >(%f) <=(%n) eql?(%n) to_s(:delimited) to_s(:currency) to_s(:percentage) to_s(:rounded,precision:2)
  to_s(:human)  to_s(:phone) to_s(:percentage,precision:1) to_s(:rounded,precision:3,significant:true) to_s(:currency,unit:'€',format:'%n %u') to_s(:delimited,delimiter:'.')
  to_s(:human,precision:2)  step(20,5).to_a    blank? present? presence in?([1,2,3]) to_param
  abs2 real? then{|x|x+1} days hours minutes.to_i seconds.ago weeks months years divmod(-7) modulo(-3) divmod(2.5) remainder(-3) to_c? magnitude kilobytes megabytes bytes fdiv(3)
  is_a?(Numeric) is_a?(Integer) instance_of?(Float) to_fs? to_query('n') try(:abs) in?(0..10)  phase? arg? html_safe?}
INTEGER = %q{succ pred next even? odd? digits digits(16) to_s(2) to_s(36) chr times.to_a? gcd(12) lcm(12) gcdlcm(18) bit_length ord times.map{|x|x*2}? upto(5).to_a
  downto(-3).to_a &(%n) |(%n) ^(%n) <<(%i) >>(%i) [](%i) allbits?(6) anybits?(6) nobits?(6) ordinalize ordinal multiple_of?(3) pow(3,7) ceil(-2) floor(-2)
  size  bit_length.to_s(2) fortnights? in_milliseconds exabytes? ceildiv? integer? digits.sum minutes fdiv(0)? chr('UTF-8') Integer? upto(3).map{|x|x+1}  downto(1).select(&:even?)}
LIST = %q{first first(%m) last last(%m) second third fourth fifth forty_two third_to_last second_to_last [%i] [%i,%m] [%i..%i] [%i..] at(%i) dig(0) slice(%i,2) fetch(0) fetch(9,'x') values_at(0,-1,9)
  length size count count(%v) count(&:present?) sum sum{|x|x.to_s.length} max min max(2) min(2) minmax sort sort.reverse sort_by(&:to_s) sort_by{|x|x.to_s.length} max_by(&:to_s) min_by{|x|x.to_s} minmax_by(&:to_s)
  reverse rotate rotate(%i) uniq uniq(&:to_s) compact compact_blank flatten flatten(1) shuffle? sample? take(%m) drop(%m) take_while{|x|x.present?} drop_while{|x|x.to_s<'b'}
  push(%v) append(%v) prepend(%v) unshift(%v)? insert(1,%v) concat(%l) +(%l) -(%l) &(%l) |(%l) *(2) *(',') union(%l) difference(%l) intersection(%l) intersect?(%l)? include?(%v) exclude?(%v) excluding(%v) without(%v) including(%v)
  index(%v) rindex(%v) find_index(%v) find_index{|x|x.nil?} index{|x|x.to_s=='a'} join join('-') to_sentence to_sentence(last_word_connector:' & ') inspect to_s to_json to_a
  each_slice(2).to_a each_cons(2).to_a in_groups_of(2) in_groups_of(3,false) in_groups(2) in_groups(3,'-') split(%v) each_with_index.to_a each_with_index.map{|x,i|[i,x]} each_with_index.to_h{|x,i|[x.to_s,i]}
  zip(%l) zip(%l,%l) product(%l) combination(2).to_a permutation(2).first(3) transpose each_slice(2).map(&:first) cycle(2).to_a tally  group_by{|x|x.to_s.length} partition(&:present?) chunk_while{|a,b|a==b}.to_a slice_when{|a,b|a!=b}.to_a
  map(&:to_s) map{|x|[x]} collect(&:to_json) flat_map{|x|[x,x]} select(&:present?) filter{|x|x} reject(&:blank?) filter_map{|x|x.to_s.presence} find{|x|x.present?} detect(&:nil?) find_all{|x|x!=1} inject(:+) reduce{|a,b|b} inject(0){|a,b|a+b.to_s.length} 
  any? all? none? one? any?(%v) all?(Integer)? any?{|x|x.nil?} all?(&:present?) none?(&:nil?) one?{|x|x==1} empty? blank? present? presence many? many?(&:present?) ==(%l) <=>(%l) eql?(%l) hash?
  each_entry.to_a? to_h{|x|[x.to_s,x]} index_by(&:to_s) index_with{|x|x.to_s} index_with(0) zip(1..3) assoc(1) rassoc(1) bsearch{|x|true} pack('C*')? fill(0) fill('x',1) fill{|i|i*i}   delete_if(&:nil?) keep_if(&:present?)
  select.with_index{|x,i|i>0} map.with_index{|x,i|[x,i]} map.with_index(1){|x,i|i} each.with_index(1).map{|x,i|i} each_index.to_a cycle.first(5) lazy.map(&:to_s).first(2) chunk{|x|x.nil?}.to_a slice_before{|x|x==1}.to_a slice_after{|x|x==1}.to_a grep(%r) grep_v(%r) grep(1..5) grep(/a/){|x|x*2} step?
  from(1) to(1) extract_options!? to_param to_query('a') deep_dup inquiry? sum(0.0)  each_slice(3).to_a.transpose? none?(%v) one?(%v) take(1).first drop(1).last reverse_each.to_a reverse.first(2) pluck('a') maximum('a')? repeated_combination(2).to_a repeated_permutation(2).count permutation.count combination(3).count
  partition{|x|x.is_a?(String)} sum{|x|x.to_f}    sort{|a,b|b.to_s<=>a.to_s} max{|a,b|a.to_s<=>b.to_s}  zip(%l).to_h? then(&:first) dup  flatten.compact.uniq each_with_index.select{|x,i|i.even?}.map(&:first) tally.sort_by{|k,v|-v} sum(&:to_i) inject{|m,x|m.to_s>x.to_s ? m : x} try(:first) find_index(nil) to_set.to_a count(nil) in?([[1]]) dig(0,0) values_at(1..2) first.to_s last.inspect}
OBJECT = %q{[%k]  dig('b','c') dig('x') fetch('a','none') fetch('zz') fetch('a'){|k|k} key?(%k) has_key?('a') include?('a') member?('b') value?(1) has_value?(nil) key(1) keys values length size count empty? blank? present? any? all?{|k,v|v} none?
  to_a to_s inspect to_json invert merge('a'=>9) merge('z'=>1){|k,a,b|a} merge({'a'=>2}){|k,o,n|[o,n]} reverse_merge('a'=>0,'q'=>1) deep_merge('b'=>{'q'=>1}) update('a'=>1)? slice('a','b') except('a') only? select{|k,v|v.present?} filter{|k,v|k=='a'} reject{|k,v|v.nil?} find{|k,v|v.nil?}
  filter_map{|k,v|k if v} map{|k,v|[k,v].to_s} flat_map{|k,v|[k]} to_h{|k,v|[v.to_s,k]} transform_values(&:to_s) transform_values{|v|v.nil?} transform_keys(&:upcase) transform_keys{|k|k+'!'} transform_keys('a'=>'A') sort.to_h? sort_by{|k,v|k}.to_h sort_by{|k,v|v.to_s} min_by{|k,v|v.to_s} max_by{|k,v|k} sum{|k,v|v.to_s.length}
   partition{|k,v|v.nil?} each_with_index.map{|(k,v),i|[k,i]} reduce(0){|s,(k,v)|s+1} inject{|a,b|a} compact compact_blank values_at('a','zz') fetch_values('a') to_query to_param first first(2) count{|k,v|v.nil?} sort_by{|k,v|v.to_s.length}.first stringify_keys deep_stringify_keys symbolize_keys.keys.map(&:to_s)
  deep_transform_keys(&:upcase) deep_transform_values(&:to_s) each_slice(2).to_a zip([1,2]) any?{|k,v|v==1} assoc('a') rassoc(1) filter_map{|k,v|v} find_all{|k,v|v}  tally?  minmax_by{|k,v|k} ==(%h) merge(%h) merge(%h,%h) deep_merge(%h) with_defaults('a'=>7) without('a')  delete_if{|k,v|v.nil?} keep_if{|k,v|v} each_key.to_a? store?  dig('e',0) <=(%h) >(%h) <(%h)
  flatten flatten(2) find_index{|k,v|v==1} grep(Array)? cycle.first(2) drop(1) take(1) drop_while{|k,v|v} take_while{|k,v|k} entries each_entry.to_a none?{|k,v|v.nil?} one?{|k,v|v==1} sum{|k,v|v.to_i}? then(&:keys) to_options.keys.map(&:to_s)? deep_dup index_by{|k,v|k}.keys key(nil) extract!('a')? slice(%k) except(%k) max_by{|k,v|v.to_s}.last chunk_while{|a,b|true}.to_a each_cons(2).map{|a,b|a.first+b.first} rehash? nil? invert.keys}
MOMENT = %q{year month day mon mday wday yday hour min sec cwday cweek cwyear usec nsec subsec to_date to_time to_s to_s(:short) to_s(:long) to_s(:db) to_s(:number) to_s(:long_ordinal) to_s(:rfc822) to_s(:iso8601) to_s(:time) to_s(:inspect) inspect to_json strftime(%t) iso8601 iso8601(3) xmlschema httpdate rfc2822 rfc3339? rfc822 jisx0301? ctime asctime
  +(%d) -(%d) +(%i) -(%i) -(%w) >(%w) ==(%w) <=>(%w) between?(%w,%w) ago(3600) since(90) in(60) advance(months:%i) advance(days:%i,hours:1) advance(years:-1,weeks:2) change(day:1) change(month:2) change(hour:0) change(year:2023,month:12) change(min:30) change(hour:2,min:30) change(day:31)
  beginning_of_day end_of_day beginning_of_hour end_of_hour beginning_of_minute end_of_minute beginning_of_week beginning_of_week(:sunday) end_of_week end_of_week(:sunday) beginning_of_month end_of_month beginning_of_quarter end_of_quarter beginning_of_year end_of_year midnight noon middle_of_day midday at_midnight at_noon at_beginning_of_month at_end_of_month at_beginning_of_week at_beginning_of_quarter at_end_of_day at_end_of_year? at_middle_of_day
  next_day next_day(3) prev_day prev_day(2) next_month next_month(2) prev_month prev_month(3) next_year prev_year next_week next_week(%y) prev_week prev_week(%y) last_week last_month last_year next_quarter prev_quarter last_quarter next_weekday prev_weekday next_occurring(%y) prev_occurring(%y) tomorrow yesterday monday sunday
  days_to_week_start days_to_week_start(:sunday) today? past? future? tomorrow? yesterday? next_day? prev_day? on_weekend? on_weekday? saturday? sunday? monday? leap? before?(%w) after?(%w) all_day.to_s all_week.to_s all_month.to_s all_quarter.to_s all_year.to_s days_ago(3) weeks_ago(2) months_ago(%i) years_ago(1) days_since(3) weeks_since(1) months_since(13) years_since(4)
  sunday monday>>1? >>(%i) <<(%i) upto(%w).count? step?  ajd?     amjd? day_fraction? to_i to_f  to_d? round(0) round floor ceil floor(3) in_time_zone in_time_zone(%z) in_time_zone(%z).to_s utc utc? gmtime getutc getgm localtime? utc_offset gmt_offset gmtoff formatted_offset formatted_offset(false) zone dst? isdst gmt? seconds_since_midnight seconds_until_end_of_day time?   blank? present? presence hash? in?([1]) then(&:year) end_of_month.day beginning_of_month.wday last_day? to_param to_query('d')  httpdate? eql?(%w) quarter? at_beginning_of_hour at_end_of_minute clamp(%w,%w) is_a?(Date) is_a?(Time)  succ next downto(%w).count? utc.iso8601 period? time_zone?  to_datetime? minus_without_coercion?}
DURATION = %q{to_i to_f to_s inspect iso8601 parts? +(%d) -(%d) *(%i) /(2) *(1.5) +(30) -(30) -@ in_seconds in_minutes in_hours in_days in_weeks in_months in_years ==(%d) >(%d) <=>(%d) ago from_now since ago(%w) since(%w) from_now(%w) before(%w) after(%w) until(%w) %(7) / / /(%d) %(%d) abs zero? positive? blank? to_json round  eql?(%d) sum? to_d? between?(1,100) in?([1]) ceil(-1)? floor is_a?(Numeric) to_r? fdiv(60) div(60) divmod(60) even? clamp(1.minute,1.hour)? variable? negative?}
RANGE = %q{to_a first last first(2) last(2) min max sum size count step(2).to_a %(2)? include?(3) cover?(4) member?(2) ===(1) begin end exclude_end? to_s inspect to_json map{|x|x} select{|x|x} reverse_each.to_a? each_slice(2).to_a include?(1..2)? cover?(2..3) overlaps?(3..9) minmax entries inject(:+) each_with_index.to_a tally zip(%l) partition{|x|x==1} any? none? each_cons(2).to_a blank? eql?(1..5) ==(1..5) reduce(1){|a,b|b} to_a.reverse find{|x|x.to_s>'3'} sort_by{|x|x.to_s} take(2) drop(1) filter_map{|x|x} group_by{|x|x.to_s.length} sum{|x|x.to_s.length} min(2) max(2) each_entry.to_a hash? bsearch{|x|x>=2} to_param? count(2) in?([1]) pluck('a')? lazy.map{|x|x}.first(2) step(3).map{|x|x} min_by{|x|x} cycle.first(4) grep(2..3) }
ANY = %q{to_s inspect to_json blank? present? presence nil? in?(%l) ==(%v) !=(%v) is_a?(String) is_a?(Integer) is_a?(Hash) is_a?(Array)  instance_of?(String) then{|x|x} itself to_param dup ===(%v) eql?(%v) equal?(%v)?  try(:length) kind_of?(Comparable) as_json !}
REGEX = %q{match?(%s)  ===(%s) source to_s inspect names match(%s)&.to_a match(%s)&.named_captures casefold? ==(%r) named_captures to_json match(%s)&.captures match(%s)&.begin(0) match(%s)&.values_at(0,1)}
NOTHING = %q{to_s to_i to_f to_a to_h  inspect nil? blank? present? presence to_json & |(1) to_param   try(:upcase) upcase + [0] first + -(1) >(1) length in?([nil]) & =~(/a/) to_c? then{|x|x} to_query('k') dup ==(nil) as_json is_a?(NilClass) strip to_date include?('a') empty?}

# Words split by blanks outside quotes and brackets; those that end in "?" after a closed word are left out (see OFF).
def words(text)
  list, word, depth, quote = [], +"", 0, nil
  text.each_char do |c|
    if quote then (word << c; quote = nil if c == quote)
    elsif c =~ /\s/ && depth.zero? then (list << word unless word.empty?; word = +"")
    else
      quote = c if c == "'"
      depth += 1 if "([{".include?(c)
      depth -= 1 if ")]}".include?(c)
      word << c
    end
  end
  list << word unless word.empty?
  list.reject { |w| w =~ /[\w)\]}']\?\z/ && !REAL.include?(w) && w !~ /\A\w+\?\z/ || OFF.include?(w) }
end
REAL = []
# No pure function, or one with a documented difference.
OFF = %w[hash? ordinalize? transliterate? downcase_first? encode_base64? to_c? to_datetime? safe_constantize? html_safe? inquiry? quo(%n)? succ? coerce(2)? to_fs? phase? arg? times.to_a?
         times.map{|x|x*2}? fortnights? exabytes? ceildiv? fdiv(0)? Integer? shuffle? sample? unshift(%v)? intersect?(%l)? all?(Integer)? each_entry.to_a? pack('C*')? step? extract_options!? maximum('a')? zip(%l).to_h?
         update('a'=>1)? only? sort.to_h? tally? each_key.to_a? store? grep(Array)? sum{|k,v|v.to_i}? to_options.keys.map(&:to_s)? extract!('a')? rehash? rfc3339? jisx0301? at_end_of_year? monday>>1? upto(%w).count?
         ajd? amjd? day_fraction? to_d? localtime? time? httpdate? quarter? last_day? downto(%w).count? period? time_zone? minus_without_coercion? parts? sum? ceil(-1)? to_r? variable? %(2)? reverse_each.to_a? include?(1..2)?
         to_param? pluck('a')?  equal?(%v)? clamp(1.minute,1.hour)? each_slice(3).to_a.transpose?].freeze

CALLS = { text: TEXT, number: NUMBER, integer: INTEGER, list: LIST, object: OBJECT, moment: MOMENT, duration: DURATION, range: RANGE, any: ANY,
          regex: REGEX, nothing: NOTHING }.transform_values { |text| words(text) }

VARIABLES = {
  "nothing" => nil, "yes" => true, "no" => false, "price" => 1234.567, "qty" => 7, "big" => 12345678901234567890,
  "row" => { "a" => 1, "b" => { "c" => "x", "d" => [1, nil] }, "e" => [1, 2], "n" => nil, "s" => "" },
  "rows" => [{ "a" => 1, "b" => "x" }, { "a" => 2, "b" => nil }, { "a" => 3 }],
  "empty" => {}, "none" => [], "nested" => [1, [2, [3, nil]], []], "mixed" => [1, "a", nil, 2.5, true, "", [1]],
  "d" => { "$date" => "2024-02-29" }, "d2" => { "$date" => "2023-12-31" },
  "t" => { "$time" => "2024-03-10T09:30:00Z", "zone" => "America/New_York" },
  "fall" => { "$time" => "2024-11-03T05:30:00Z", "zone" => "America/New_York" },
  "u" => { "$time" => "2024-12-31T23:59:59.987654Z", "zone" => "Asia/Kathmandu" },
}.freeze

class Maker
  include ActiveSupport::Testing::TimeHelpers

  def initialize(seed) = @random = Random.new(seed)
  def pick(list) = list[@random.rand(list.length)]
  def quote(text) = "'" + text.gsub(/[\\']/) { "\\#{_1}" } + "'"
  def number = pick([INTEGERS, EXACT, EXACT, FLOATS].flat_map(&:itself)).to_s
  def list
    pick(["[3,1,2,3]", "['b','a','C']", "[]", "[nil,1,'']", "['pear','Apple',' fig ','apple']", "[1.5,2,-3]", "[[1,2],[3,4]]", "[['a',1],['b',2]]", "[true,false,nil]", "%w[x y z x]", "[0.5]", "[{'a'=>1},{'a'=>2}]",
          "none", "nested", "mixed", "rows", "[10**20,1]", "['é','z','a']", "[d,d2]", "[[]]", "[1,1.0,'1']", "[2,1,2,nil,1]"])
  end
  def object
    pick(["{'a'=>1,'b'=>nil}", "{}", "row", "{'a'=>{'b'=>[1,{'c'=>2}]}}", "{'b'=>2,'a'=>1,'c'=>3}", "{1=>'x',nil=>2}", "empty", "{'a'=>'é&=','z'=>[1,2]}", "{'a'=>1.5,'t'=>true}", "{'a'=>[],'b'=>{}}", "{'a'=>1}"])
  end
  def moment = pick(%w[d d2 t fall u now today now.utc t.to_date u.utc] + ["'2024-03-31'.to_date", "'2024-03-10 02:30'.in_time_zone('America/New_York')", "'2024-01-31T10:00:00Z'.to_time", "'2024-10-27 02:30:00 +0200'.to_time", "Time.zone.parse('2024-11-03 01:30')", "Date.parse('2000-02-29')", "'2021-01-03'.to_date"])
  def duration = pick(["1.day", "2.hours", "30.minutes", "1.month", "1.year", "3.weeks", "45.seconds", "1.5.hours", "-1.month", "(1.month+3.days)", "(2.hours+30.minutes)", "1.5.days", "13.months", "90.minutes", "25.hours"])
  def value = pick([-> { pick(INTEGERS).to_s }, -> { quote(pick(STRINGS)) }, -> { "nil" }, -> { list }, -> { pick(%w[1 2 3 'a' 'b' true]) }]).call

  def start
    pick([-> { quote(pick(STRINGS)) }, -> { quote(pick(STRINGS)) }, -> { pick(INTEGERS).to_s }, -> { number }, -> { list }, -> { list }, -> { object }, -> { object }, -> { moment }, -> { moment }, -> { moment }, -> { duration },
          -> { pick(["(1..5)", "(1...4)", "('a'..'e')", "(5..1)", "(d2..d)", "(0.5..2)", "(-3..3)"]) }, -> { pick(%w[nil true false nothing qty price big yes]) }, -> { pick(PATTERNS) }]).call
  end

  def fill(call)
    call.gsub(/%([spceinftdkzylhwvmr])/) do
      case $1
      when "s" then quote(pick(STRINGS))
      when "p" then quote(pick(PARTS))
      when "c" then quote(pick(CHARACTERS))
      when "e" then quote(pick(SETS))
      when "i" then pick(SMALL).to_s
      when "m" then pick([0, 1, 2, 3]).to_s
      when "n" then pick(INTEGERS).to_s
      when "f" then number
      when "t" then quote(pick(STRFTIME))
      when "d" then duration
      when "k" then quote(pick(%w[a b zz]))
      when "z" then quote(pick(ZONES + ["Mars/Base", "Tokyo", "Pacific Time (US & Canada)"]))
      when "y" then pick(%w[:monday :friday :sunday])
      when "l" then list
      when "h" then object
      when "w" then moment
      when "v" then value
      when "r" then pick(PATTERNS)
      end
    end
  end

  def calls(value)
    own = case value
          when String then %i[text text any]
          when Integer then value.bit_length > 40 ? %i[number any] : %i[number integer any]
          when Numeric then %i[number any]
          when ActiveSupport::Duration then %i[duration any]
          when Array then %i[list list list any]
          when Hash then %i[object object any]
          when ActiveSupport::TimeWithZone, Time, Date then %i[moment moment moment any]
          when Range then %i[range range any]
          when Regexp then %i[regex any]
          when nil then %i[nothing any]
          else %i[any]
          end
    own = CALLS.keys if @random.rand(60).zero?
    own = own[..-2] if own.length > 1 && @random.rand(4).positive?
    pick(CALLS[pick(own)])
  end

  def join(source, call)
    call = fill(call)
    case call
    when /\A\[/ then source + call
    when "!", "-@" then "(" + call[0] + "(" + source + "))"
    when /\A([^\w\s(]{1,3})\((.*)\)\z/m then "(" + source + " " + $1 + " " + $2 + ")"
    when /\A[*+&\/]\z/ then "(" + source + " " + call + " " + value + ")"
    else source + "." + call
    end
  end

  # One formula with its answer.
  def case(id)
    zone, now = pick(ZONES), pick(MOMENTS)
    Time.zone = zone
    scope = Scope.new(VARIABLES)
    travel_to(Time.iso8601(now)) do
      source = start
      answer = nil
      (1 + @random.rand(5)).times do
        answer = scope.answer(source)
        break if answer[:error] || final?(answer[:raw])
        longer = join(source, calls(answer[:raw]))
        break if longer.length > 300
        source = longer
        answer = nil
      end
      answer ||= scope.answer(source)
      head = { id: id, expr: source, tz: zone, now: now, vars: VARIABLES.select { |k, _| source =~ /\b#{k}\b/ } }
      return nil if answer[:skip]
      head.merge(answer[:error] ? { ok: false, error: answer[:error] } : { ok: true }.merge(answer.except(:raw)))
    end
  rescue SyntaxError
    nil
  end

  # Nothing can be compared after this value: its text depends on binary floats, or it has no counterpart.
  def final?(value)
    case value
    when Float then !value.finite? || value.to_s.length > 12 || value.abs > 1e15
    when true, false then @random.rand(20).positive?
    when String, Integer, Array, Hash, nil, Date, Time, ActiveSupport::TimeWithZone, ActiveSupport::Duration, Range, Rational, Regexp, BigDecimal then false
    else true
    end
  end
end

# Where formulas are evaluated.
class Scope
  class NoCounterpart < StandardError; end

  def initialize(variables)
    variables.each { |name, value| singleton_class.define_method(name) { Scope.read(value) } }
  end
  def now = Time.current
  def today = Time.zone.today

  def self.read(value)
    case value
    when Array then value.map { |v| read(v) }
    when Hash
      if value["$date"] then Date.iso8601(value["$date"])
      elsif value["$time"] then Time.iso8601(value["$time"]).in_time_zone(value["zone"])
      else value.transform_values { |v| read(v) }
      end
    else value.duplicable? ? value.dup : value
    end
  end

  def answer(source)
    value = Timeout.timeout(1) { instance_eval(source) }
    return { skip: true, raw: Object.new } unless plain?(value)
    { raw: value }.merge(typed(value))
  rescue NoCounterpart, Encoding::CompatibilityError
    { skip: true, raw: Object.new }
  rescue SyntaxError, Timeout::Error, NoMemoryError, SystemStackError, Encoding::UndefinedConversionError
    { skip: true, raw: Object.new }
  rescue StandardError => error
    { error: error.class.name }
  end

  def plain?(value)
    case value
    when Array then value.length < 5_000 && value.all? { |v| plain?(v) }
    when Hash then value.all? { |k, v| plain?(k) && plain?(v) }
    when Float then value.finite?
    when String then value.length < 20_000
    when Integer then value.bit_length < 10_000
    else true
    end
  end

  def typed(value)
    case value
    when String
      return { type: "binary", value: value.unpack1("H*") } if value.encoding == Encoding::BINARY
      raise NoCounterpart unless value.encode("UTF-8").valid_encoding?
      { type: "string", value: value }
    when Symbol then { type: "string", value: value.to_s }
    when Integer then { type: "integer", value: value }
    when Float, BigDecimal then { type: "number", value: plain(value) }
    when Rational then { type: "rational", value: value.to_s }
    when true, false then { type: "boolean", value: value }
    when nil then { type: "null", value: nil }
    when ActiveSupport::Duration then { type: "duration", value: value.iso8601 }
    when ActiveSupport::TimeWithZone then { type: "datetime", value: plain(value), zone: value.time_zone.tzinfo.name }
    when Time then { type: "datetime", value: plain(value) }
    when DateTime then raise NoCounterpart
    when Date then { type: "date", value: value.iso8601 }
    when Array, Hash, Enumerator, Set then { type: value.is_a?(Hash) ? "object" : "array", value: plain(value) }
    when Range, Regexp then { type: value.class == Range ? "range" : "regex", value: value.to_s }
    else raise NoCounterpart
    end
  end

  def plain(value)
    case value
    when Array then value.map { |v| plain(v) }
    when Hash then value.to_h { |k, v| [k.to_s, plain(v)] }
    when Set then value.to_a.map { |v| plain(v) }
    when Enumerator then value.size&.finite? == false ? raise(NoCounterpart) : value.first(5000).map { |v| plain(v) }
    when ActiveSupport::Duration then value.iso8601
    when Time, ActiveSupport::TimeWithZone then value.strftime("%Y-%m-%dT%H:%M:%S.%6N%:z")
    when Date then value.iso8601
    when Rational, Range, Regexp, Symbol then value.to_s
    when BigDecimal then value.to_f
    when Float then raise(NoCounterpart) unless value.finite?; value
    when String
      raise NoCounterpart unless value.valid_encoding?
      value
    when Integer, true, false, nil then value
    else raise NoCounterpart
    end
  end
end

if $PROGRAM_NAME == __FILE__
  I18n.enforce_available_locales = false
  maker = Maker.new(ARGV.fetch(0).to_i)
  made = 0
  until made >= ARGV.fetch(1).to_i
    line = maker.case("r#{made}") or next
    begin
      puts JSON.generate(line)
    rescue JSON::GeneratorError, Encoding::UndefinedConversionError
      next
    end
    made += 1
  end
end
