<?php
// A service of PHP's SoapServer for the tests, run by `php -S`: what it is sent comes back, read and written by PHP.
// The folder of this file holds the WSDLs, their addresses filled in.

ini_set('soap.wsdl_cache_enabled', '0');
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);

if (preg_match('#^/[a-z]+\.(xsd|wsdl)$#', $path)) {
    header('Content-Type: text/xml');
    readfile(__DIR__ . $path);
    return;
}

function fault(string $code, string $reason, ?string $actor = null, $detail = null, ?string $name = null): SoapFault
{
    return new SoapFault($code, $reason, $actor, $detail, $name);
}

/** Document/literal: functions take and give one object, the message. */
class Document
{
    public function __construct(private SoapServer $server, private string $user) {}

    private ?object $session = null;

    public function Session($header) { $this->session = $header; }

    // What it says was looked at before: see signedIn().
    public function Security($header) {}

    public function PlaceOrder($message)
    {
        if ($this->session !== null) {
            $this->server->addSoapHeader(new SoapHeader(
                'urn:galley:php', 'Session',
                ['token' => $this->session->token . '!', 'hop' => $this->session->hop + 1]));
        }
        return ['order' => $message->order];
    }

    public function Fail($message)
    {
        switch ($message->how) {
            case 'typed':
                throw fault('Client', 'none left', 'urn:shop',
                    ['sku' => 'A <1>', 'left' => 0, 'since' => '2026-11-01'], 'OutOfStock');
            case 'plain':
                throw fault('Server', "it's \"broken\" & gone");
            case 'coded':
                throw fault('urn:galley:php/Refused', 'refused', null, 'just a text');
            default:
                throw new Exception('never shown');
        }
    }

    public function WhoAmI($message)
    {
        session_start();
        $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
        return ['user' => $this->user, 'visits' => $_SESSION['visits']];
    }

    public function Notify($message) {}
}

class Bare
{
    public function Ping($text) { return strrev($text); }
    public function Echo($order) { return $order; }
    public function Round($price) { return $price; }
}

class Encoded
{
    public function EchoOrder($order) { return $order; }
    public function EchoGrid($grid) { return $grid; }
    // The same object three times: one value, referred to.
    public function Twice($line) { return ['first' => $line, 'second' => $line, 'all' => [$line, $line]]; }
    public function Add($a, $b) { return $a + $b; }
    public function Nothing() {}

    public function Anything($value)
    {
        if ($value === 'special') {
            $special = ['sku' => 'S', 'quantity' => 1, 'note' => null, 'until' => '2026-12-31'];
            return new SoapVar($special, SOAP_ENC_OBJECT, 'Special', 'urn:galley:php:rpc');
        }
        if ($value === 'map') {
            return ['one' => 1, 'two' => ['a', 'b']];
        }
        return $value;
    }
}

class Literal
{
    public function EchoPlain($plain, $flag)
    {
        if ($plain->name === 'broken') {
            throw fault('Client', 'broken', null, ['part' => 7], 'Broken');
        }
        return ['plain' => $plain, 'flag' => !$flag];
    }

    public function Add($a, $b) { return $a + $b; }
    public function Nothing() {}
}

/** WS-Security's user name by hand: `ann` with `s3cret & more`; null when it isn't right. */
function signedIn(string $request): ?string
{
    $document = new DOMDocument();
    if (!@$document->loadXML($request)) {
        return null;
    }
    $path = new DOMXPath($document);
    $base = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
    $path->registerNamespace('s', $base . 'wssecurity-secext-1.0.xsd');
    $path->registerNamespace('u', $base . 'wssecurity-utility-1.0.xsd');
    $token = '//s:Security/s:UsernameToken';
    $user = $path->evaluate("string($token/s:Username)");
    $given = $path->evaluate("string($token/s:Password)");
    $type = $path->evaluate("string($token/s:Password/@Type)");
    $wanted = 's3cret & more';
    if (str_ends_with($type, '#PasswordDigest')) {
        $nonce = base64_decode($path->evaluate("string($token/s:Nonce)"), true);
        $created = $path->evaluate("string($token/u:Created)");
        if ($nonce === false || strlen($nonce) < 8 || abs(strtotime($created) - time()) > 300) {
            return null;
        }
        $wanted = base64_encode(sha1($nonce . $created . $wanted, true));
    }
    return $user === 'ann' && hash_equals($wanted, $given) ? $user : null;
}

/**
 * The element in the Body given back, when hard.xsd allows it; else a fault that says why not. PHP's DOM checks it.
 * `?encoding=` names another encoding of the answer, `?fault` asks for a fault of SOAP 1.2 with codes in codes.
 */
function echoed(string $request): void
{
    $twelve = 'http://www.w3.org/2003/05/soap-envelope';
    libxml_use_internal_errors(true);
    $document = new DOMDocument();
    $document->loadXML($request, LIBXML_NONET);
    $envelope = $document->documentElement;
    $body = $envelope?->getElementsByTagNameNS($envelope->namespaceURI, 'Body')->item(0);
    $element = $body?->firstElementChild;
    if ($element === null) {
        http_response_code(400);
        return;
    }
    // With the declarations of the elements around it: prefixes in its values need them.
    $alone = new DOMDocument();
    $alone->loadXML($element->C14N());
    $encoding = $_GET['encoding'] ?? 'UTF-8';
    $type = $envelope->namespaceURI === $twelve ? 'application/soap+xml' : 'text/xml';
    $head = "<env:Envelope xmlns:env=\"{$envelope->namespaceURI}\" xmlns:h=\"urn:galley:hard\" "
        . "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><env:Body>";
    if (isset($_GET['fault'])) {
        http_response_code(500);
        $answer = $head . '<env:Fault><env:Code><env:Value>env:Sender</env:Value><env:Subcode><env:Value>'
            . 'h:Refused</env:Value><env:Subcode><env:Value>h:TooMuch</env:Value></env:Subcode></env:Subcode>'
            . '</env:Code><env:Reason><env:Text xml:lang="de">zu viel</env:Text><env:Text xml:lang="en-GB">too much</env:Text></env:Reason>'
            . '<env:Node>urn:node</env:Node><env:Role>urn:role</env:Role><env:Detail>'
            . '<h:Refused><h:why i:type="h:Narrow"><h:a>x</h:a></h:why>'
            . '<h:limit>10.50</h:limit></h:Refused></env:Detail></env:Fault>';
    } elseif ($alone->schemaValidate(__DIR__ . '/hard.xsd')) {
        $answer = $head . $alone->saveXML($alone->documentElement);
    } else {
        http_response_code(500);
        $why = htmlspecialchars(implode('; ', array_map(fn($each) => trim($each->message), libxml_get_errors())), ENT_XML1);
        $answer = $type === 'text/xml'
            ? "$head<env:Fault><faultcode>env:Client</faultcode><faultstring>$why</faultstring></env:Fault>"
            : "$head<env:Fault><env:Code><env:Value>env:Sender</env:Value></env:Code><env:Reason><env:Text xml:lang=\"en\">$why"
                . '</env:Text></env:Reason></env:Fault>';
    }
    header("Content-Type: $type; charset=" . strtolower($encoding));
    $made = new DOMDocument();
    $made->loadXML("$answer</env:Body></env:Envelope>");
    $made->encoding = $encoding;
    echo $made->saveXML();
}

$request = file_get_contents('php://input');
$wsdls = ['document' => 'document', 'secured' => 'document', 'basic' => 'document', 'bare' => 'document',
    'encoded' => 'rpc', 'literal' => 'rpc'];
$name = ltrim($path, '/');
if ($name === 'hard') {
    if ($_SERVER['REQUEST_METHOD'] === 'GET') {
        header('Content-Type: text/xml');
        readfile(__DIR__ . '/hard.wsdl');
        return;
    }
    echoed($request);
    return;
}
if (!isset($wsdls[$name])) {
    http_response_code(404);
    echo 'no such service';
    return;
}
$user = '';
if ($name === 'basic') {
    $user = $_SERVER['PHP_AUTH_USER'] ?? '';
    if ($user !== 'ann' || ($_SERVER['PHP_AUTH_PW'] ?? '') !== 's3cret & more') {
        http_response_code(401);
        header('WWW-Authenticate: Basic realm="shop"');
        return;
    }
}
$isTwelve = str_contains($_SERVER['CONTENT_TYPE'] ?? '', 'soap+xml');
$server = new SoapServer(__DIR__ . '/' . $wsdls[$name] . '.wsdl', [
    'soap_version' => $isTwelve ? SOAP_1_2 : SOAP_1_1, 'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
if ($name === 'secured' && $_SERVER['REQUEST_METHOD'] === 'POST') {
    $user = signedIn($request) ?? '';
    if ($user === '') {
        $server->fault('Client', 'the user name or its password is wrong');
        return;
    }
}
switch ($name) {
    case 'bare': $server->setObject(new Bare()); break;
    case 'encoded': $server->setObject(new Encoded()); break;
    case 'literal': $server->setObject(new Literal()); break;
    default: $server->setObject(new Document($server, $user));
}
$server->handle($request);
