# Web tokens and encrypted texts by Ruby's OpenSSL, for Galley to read, and the other way round.
# usage: ruby ruby_tokens.rb make            prints {"tokens": [{"algorithm", "private", "public", "token"}], "cipher": …}
#        ruby ruby_tokens.rb check < lines   reads {"algorithm", "key", "token"} or {"password", "cipher"} a line, prints what it holds

require "base64"
require "json"
require "openssl"

CURVES = { "ES256" => "prime256v1", "ES384" => "secp384r1", "ES512" => "secp521r1" }.freeze

def part(bytes) = Base64.urlsafe_encode64(bytes, padding: false)
def whole(part) = Base64.urlsafe_decode64(part)

# An ECDSA signature as r and s side by side, from its ASN.1 and back.
def flat(asn1, size) = OpenSSL::ASN1.decode(asn1).value.map { |n| n.value.to_s(2).rjust(size, "\0") }.join
def asn1(flat)
  numbers = [flat[0, flat.bytesize / 2], flat[(flat.bytesize / 2)..]].map { |half| OpenSSL::ASN1::Integer(OpenSSL::BN.new(half, 2)) }
  OpenSSL::ASN1::Sequence(numbers).to_der
end

def sign(algorithm, key, text)
  digest = "SHA#{algorithm[2..]}"
  case algorithm[0, 2]
  when "HS" then OpenSSL::HMAC.digest(digest, key, text)
  when "RS" then key.sign(digest, text)
  else flat(key.sign(digest, text), (key.group.degree + 7) / 8)
  end
end

def valid?(algorithm, key, text, signature)
  digest = "SHA#{algorithm[2..]}"
  case algorithm[0, 2]
  when "HS" then OpenSSL::HMAC.digest(digest, key, text) == signature
  when "RS" then OpenSSL::PKey.read(key).verify(digest, signature, text)
  else OpenSSL::PKey.read(key).verify(digest, asn1(signature), text)
  end
end

def stretch(password, salt) = OpenSSL::PKCS5.pbkdf2_hmac_sha1(password, salt, 10_000, 32)

def encrypt(text, password)
  salt, code_salt, vector = OpenSSL::Random.random_bytes(8), OpenSSL::Random.random_bytes(8), OpenSSL::Random.random_bytes(16)
  cipher = OpenSSL::Cipher.new("aes-256-cbc").encrypt
  cipher.key, cipher.iv = stretch(password, salt), vector
  message = "\x03\x01".b + salt + code_salt + vector + cipher.update(text) + cipher.final
  Base64.strict_encode64(message + OpenSSL::HMAC.digest("SHA256", stretch(password, code_salt), message))
end

def decrypt(text, password)
  bytes = Base64.strict_decode64(text)
  message, code = bytes[0...-32], bytes[-32..]
  raise "wrong code" unless OpenSSL::HMAC.digest("SHA256", stretch(password, message[10, 8]), message) == code
  cipher = OpenSSL::Cipher.new("aes-256-cbc").decrypt
  cipher.key, cipher.iv = stretch(password, message[2, 8]), message[18, 16]
  (cipher.update(message[34..]) + cipher.final).force_encoding("UTF-8")
end

if ARGV[0] == "make"
  rsa = OpenSSL::PKey::RSA.new(2048)
  tokens = %w[HS RS ES].product(%w[256 384 512]).map(&:join).map do |algorithm|
    key = case algorithm[0, 2]
          when "HS" then "a secret of some length, as it should be"
          when "RS" then rsa
          else OpenSSL::PKey::EC.generate(CURVES[algorithm])
          end
    signed = part(JSON.generate("alg" => algorithm, "kid" => "k1")) + "." + part(JSON.generate("sub" => "ann", "n" => 1))
    { algorithm: algorithm, private: key.is_a?(String) ? key : key.to_pem,
      public: key.is_a?(String) ? key : key.is_a?(OpenSSL::PKey::RSA) ? key.public_key.to_pem : key.public_to_pem,
      token: signed + "." + part(sign(algorithm, key, signed)) }
  end
  puts JSON.generate(tokens: tokens, cipher: encrypt("Zoë & Łódź", "secret"), password: "secret")
else
  STDIN.each_line do |line|
    given = JSON.parse(line)
    if given["token"]
      head, body, signature = given["token"].split(".")
      puts valid?(given["algorithm"], given["key"], "#{head}.#{body}", whole(signature)) ? whole(head) + whole(body) : "invalid"
    else
      puts decrypt(given["cipher"], given["password"])
    end
  end
end
